"""What an authority has with us, in pieces: the newest first, each thing once, whatever comes or changes meanwhile.

The order is that of creation, which never changes: what is created while somebody lists stands before their place, what
changes stays where it is. The place is a token that our key signs for one authority and one question.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib import resources

import yaml
from django.core import signing

from comity.casefile.clock import Instant
from comity.docket import store as cases
from comity.docket.hi1 import rules, store
from comity.docket.hi1.models import NoticeRow, ObjectRow
from comity.docket.hi1.statuses import table
from comity.docket.hi1.store import DELIVERY, NOTICE, Place, Wanted
from comity.docket.hi1.views import MachineCall
from comity.hi1 import ErrorCode, Hi1Error, Party
from comity.hi1.reading import instant
from comity.hi1.tree import Tree, text_at
from comity.hi1.writing import moment

_MOST = 500
_LISTED = (rules.AUTHORISATION, *rules.TASKS, rules.DOCUMENT, NOTICE, DELIVERY)
_OURS = (NOTICE, DELIVERY)
"""Objects that we make."""
_LONGEST_TOKEN = 1_000
_FILTERS = ("ObjectType", "LastChanged", "Status", "CountryCode")


@functools.cache
def continuation() -> str:
    """The member that carries the place, in question and answer."""
    held = yaml.safe_load((resources.files(__package__) / "listing.yaml").read_text("utf-8"))
    return str(held["continuation"])


def listed(call: MachineCall, party: Party, body: Tree) -> Tree:
    """The answer to a LIST; with a token where more may follow. Raises ``Hi1Error``."""
    asked = tuple(text_at(body, name) for name in _FILTERS)
    wanted = _wanted(body, _place(call.authority, asked, text_at(body, continuation())))
    status, country = text_at(body, "Status"), text_at(body, "CountryCode")
    if (country and country != party.country) or not wanted.most:
        return {"ListResponseRecord": []}
    found = _found(call.authority, wanted, status)
    shown = [one.record(party) for one in found if not status or one.status == status]
    answer: Tree = {"ListResponseRecord": shown}
    if len(found) == wanted.most:
        answer[continuation()] = _token(call.authority, asked, found[-1].place)
    return answer


@dataclass(frozen=True)
class _Found:
    """One thing that was looked at."""

    row: ObjectRow | NoticeRow

    @property
    def place(self) -> Place:
        """Where it stands in the list."""
        if isinstance(self.row, ObjectRow):
            return Place(created=Instant(self.row.created_at).z(), row=self.row.id.hex)
        return Place(number=self.row.number)

    @property
    def status(self) -> str:
        """What its status is; empty for those that have none."""
        if isinstance(self.row, NoticeRow):
            return ""
        return table().rows[cases.case(self.row.case_id.hex).status].of(self.row.type)

    def record(self, party: Party) -> Tree:
        """How it is listed."""
        row = self.row
        if isinstance(row, NoticeRow):
            kind, name, generation, changed = NOTICE if row.package is None else DELIVERY, row.id, 1, row.made_at
        else:
            kind, name, generation, changed = row.type, row.identifier, row.generation, row.changed_at
        return {
            "ObjectType": kind,
            "ObjectIdentifier": str(name),
            "CountryCode": party.country,
            "OwnerIdentifier": party.identifier,
            "Generation": generation,
            "LastChanged": moment(Instant(changed)),
        }


def _found(authority: str, wanted: Wanted, status: str) -> list[_Found]:
    """At most so many things as wanted: objects first, then what we made."""
    found: list[_Found] = []
    if wanted.type not in _OURS and wanted.after.number is None:
        found += [_Found(row) for row in store.listed(authority, wanted, wanted.most)]
    if wanted.type in ("", *_OURS) and not status:
        found += [_Found(row) for row in store.notices(authority, wanted, wanted.most - len(found))]
    return found


def _wanted(body: Tree, after: Place) -> Wanted:
    kind = text_at(body, "ObjectType")
    kind = kind if kind.endswith("Object") or not kind else f"{kind}Object"
    if kind and kind not in _LISTED:
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, "ObjectType", f"“{kind[:40]}” is not listed here")
    most = str(body.get("MaximumObjectCount", _MOST)).strip()
    if not re.fullmatch(r"\d{1,6}", most, re.ASCII):
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, "MaximumObjectCount", "is no number")
    since = text_at(body, "LastChanged")
    return Wanted(kind, instant(since, "LastChanged") if since else None, min(int(most), _MOST), after)


def _signer(authority: str, asked: tuple[str, ...]) -> signing.Signer:
    """Signs for one authority and one question: a token of another, or for something else, does not fit."""
    return signing.Signer(salt="\0".join(("comity.hi1.list", authority, *asked)))


def _token(authority: str, asked: tuple[str, ...], place: Place) -> str:
    return _signer(authority, asked).sign_object(place.as_list())


def _place(authority: str, asked: tuple[str, ...], token: str) -> Place:
    if not token:
        return Place()
    wrong = Hi1Error(ErrorCode.IMPROPER_VALUE, continuation(), "was not given to you as the end of this list")
    if len(token) > _LONGEST_TOKEN:
        raise wrong
    try:
        return Place(*_signer(authority, asked).unsign_object(token))
    except signing.BadSignature as error:
        raise wrong from error
