"""A Saturday night on the docket, and the same night with attackers in it."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from datetime import timedelta

from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.decision import Decision, Person
from comity.casefile.documents.demand import ChannelKind
from comity.docket.views import (
    CallBack,
    ComplaintLine,
    Draft,
    ExhibitLine,
    ReplyLine,
    RuleLine,
)
from comity.registry.means import (
    AuthorityRole,
    AuthorityState,
    HeldAuthority,
    HeldNumber,
)
from support.console_docket import ConsoleDocket
from support.console_shapes import (
    DE_AUTHORITY,
    FR_AUTHORITY,
    HOSTILE,
    NOW,
    PARIS,
    RECEIVED,
    InMemoryCase,
    InMemoryPerson,
    make_case,
)
from support.orders import order


def picture() -> bytes:
    """A picture whose veil is worth lifting in a test: colours, and a comment that must not survive."""
    from PIL import Image

    image = Image.radial_gradient("L").resize((640, 420)).convert("RGB")
    image.paste((178, 34, 34), (60, 60, 220, 300))
    image.paste((24, 90, 140), (300, 120, 560, 360))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def example() -> ConsoleDocket:
    """A Saturday night: one order waits unverified, one waits for a second person, others run or are in effect."""
    docket = ConsoleDocket()
    docket.people[-1] = InMemoryPerson("9" * 32, "Jonas Weber", frozenset({"moderator"}))
    numbers = (HeldNumber("e5" * 16, "+33 1 40 00 00 17", NOW.plus(timedelta(days=-40))),)
    docket.held[FR_AUTHORITY] = HeldAuthority(
        FR_AUTHORITY,
        PARIS,
        "FR",
        frozenset({AuthorityRole.ISSUES}),
        AuthorityState.CONFIRMED,
        ("authority.example",),
        "orders@authority.example",
        numbers,
        "FR-0001",
        "x",
    )
    docket.held[DE_AUTHORITY] = HeldAuthority(
        DE_AUTHORITY,
        "Bundeskriminalamt",
        "DE",
        frozenset({AuthorityRole.ISSUES, AuthorityRole.SCRUTINISES}),
        AuthorityState.PROPOSED,
        ("bka.example",),
        "tco@bka.example",
        (HeldNumber("f6" * 16, "+49 611 550", NOW.plus(timedelta(days=-2))),),
        "DE-0002",
        "x",
    )
    places = [
        {"url": "https://board.example/posts/1001", "additional_info": "Video in the first post"},
        {"url": "https://board.example/posts/1002"},
    ]
    docket.cases[417] = make_case(417, form=order(content_locations=places))
    shown = picture()
    digest = hashlib.sha256(shown).hexdigest()
    mail = b"From: orders@authority.example\r\nSubject: OFAC-2026-000417\r\n\r\n<script>alert(1)</script>\r\n"
    waiting = docket.cases[417]
    docket.bytes[digest] = ("image/png", shown)
    docket.bytes[waiting.exhibits[0].digest] = ("message/rfc822", mail)
    waiting.exhibits += (ExhibitLine(digest, "image/png", len(shown), "first frame.png", None, erased=False),)
    docket.cases[416] = make_case(
        416,
        verified=True,
        received=RECEIVED.plus(timedelta(minutes=-31)),
        status="in_effect",
        form=order(order_reference="OFAC-2026-000416", issued_at="2026-11-23T01:38:00+01:00"),
    )
    _answered(docket.cases[416])
    docket.cases[415] = make_case(
        415,
        verified=True,
        received=RECEIVED.plus(timedelta(minutes=-44)),
        status="second_person",
        form=order(order_reference="OFAC-2026-000415", redress__body=None, issued_at="2026-11-23T01:25:00+01:00"),
    )
    docket.cases[415].draft = Draft(
        "clarify",
        ("Section G does not say before which court the order can be challenged (2021/784 Art 3(4)(f)).",),
        Person(id="9" * 32, role="moderator"),
        RECEIVED.plus(timedelta(minutes=-20)),
    )
    docket.cases[414] = make_case(
        414,
        verified=True,
        received=RECEIVED.plus(timedelta(hours=-5)),
        status="clarifying",
        form=order(order_reference="OFAC-2026-000409", issued_at="2026-11-22T21:00:00+01:00"),
    )
    docket.cases[413] = make_case(
        413,
        verified=None,
        received=RECEIVED.plus(timedelta(minutes=-63)),
        form=order(order_reference="BKA-77/26", issued_at="2026-11-23T01:02:00+01:00"),
    )
    for number in range(401, 413):
        docket.cases[number] = make_case(
            number,
            verified=True,
            channel=ChannelKind.API,
            received=RECEIVED.plus(timedelta(hours=-number % 40)),
            status="in_effect",
            form=order(order_reference=f"OFAC-2026-000{number}", issued_at="2026-11-21T09:00:00Z"),
        )
    docket.rule_lines = [
        RuleLine(
            "11" * 16,
            FR_AUTHORITY,
            PARIS,
            ("api", "email"),
            "Odile Petit",
            "Jonas Weber",
            NOW.plus(timedelta(days=-30)),
            NOW.plus(timedelta(days=150)),
            "in_force",
            214,
        ),
        RuleLine(
            "22" * 16,
            DE_AUTHORITY,
            "Bundeskriminalamt",
            ("api",),
            "Odile Petit",
            None,
            NOW,
            NOW.plus(timedelta(days=90)),
            "proposed",
            0,
        ),
    ]
    docket.complaint_lines = [
        ComplaintLine(
            "33" * 16,
            docket.cases[416].line.case,
            416,
            NOW.plus(timedelta(days=-3)),
            NOW.plus(timedelta(days=11)),
            "My post quotes the video in order to condemn it. I am a journalist and ask you to put it back.",
            "en",
            "open",
            may_reinstate=False,
        ),
        ComplaintLine(
            "44" * 16,
            docket.cases[401].line.case,
            401,
            NOW.plus(timedelta(days=-9)),
            NOW.plus(timedelta(days=5)),
            "The authority withdrew its order.",
            "en",
            "open",
            may_reinstate=True,
        ),
    ]
    return docket


def hostile() -> ConsoleDocket:
    """The same house, but everything that outsiders wrote is an attack."""
    docket = example()
    form = order(
        order_reference=HOSTILE,
        additional_reasons=HOSTILE,
        grounds=[HOSTILE],
        issuer__name=HOSTILE,
        content_locations=[{"url": f"javascript:alert(1)//{HOSTILE}", "additional_info": HOSTILE}],
    )
    form[HOSTILE] = {HOSTILE: [HOSTILE]}
    bad = make_case(666, form=form)
    sender = bad.demand.sender.model_copy(update={"why": HOSTILE, "officer": HOSTILE, "reply_to": HOSTILE})
    bad.demand = bad.demand.model_copy(update={"sender": sender})
    bad.line = dataclasses.replace(bad.line, authority=HOSTILE, reference=HOSTILE)
    bad.exhibits = tuple(dataclasses.replace(line, name=HOSTILE) for line in bad.exhibits)
    bad.items = tuple(dataclasses.replace(item, detail=HOSTILE) for item in bad.items)
    bad.timeline = [dataclasses.replace(line, says=HOSTILE, who=HOSTILE) for line in bad.timeline]
    bad.missing = (HOSTILE,)
    bad.draft = None
    bad.call_back = CallBack(HOSTILE, HOSTILE, "+33", HOSTILE)
    docket.cases[666] = bad
    docket.bytes[bad.exhibits[0].digest] = ("message/rfc822", HOSTILE.encode())
    docket.held[FR_AUTHORITY] = dataclasses.replace(docket.held[FR_AUTHORITY], name=HOSTILE, mail_domains=(HOSTILE,))
    docket.rule_lines[0] = dataclasses.replace(docket.rule_lines[0], authority_name=HOSTILE, proposed_by=HOSTILE)
    docket.complaint_lines[0] = dataclasses.replace(docket.complaint_lines[0], text=HOSTILE)
    return docket


def _answered(held: InMemoryCase) -> None:
    at = held.line.received_at.plus(timedelta(seconds=2))
    held.decision = Decision(
        case=held.line.case,
        answer=Proposal.COMPLY,
        grants=(),
        basis="0" * 32,
        standing_rule="11" * 16,
        reasons=("A standing rule covers orders of this authority on this channel (2021/784 Art 3(3)).",),
    )
    held.replies = (ReplyLine("77" * 16, "annex-2", at, at.plus(timedelta(seconds=1)), "250 2.0.0 accepted", "0" * 64),)
    held.missing, held.call_back = (), None
