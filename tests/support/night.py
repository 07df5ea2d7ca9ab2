"""A whole Comity in one process, on a real database and a real board, at 02:13 on a Saturday."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from comity.casefile import audit
from comity.casefile.audit import key_files, ledger, verifier
from comity.casefile.audit.fsck import fsck
from comity.casefile.audit.rules import ClockTolerance
from comity.casefile.audit.sequencer import Pace, Sequencer
from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents.demand import ChannelKind
from comity.casefile.evidence import Vault
from comity.casefile.evidence.keys import KeyEncryptionKeys, new_line
from comity.casefile.records import unit_of_work
from comity.casefile.records.deadlines import fire_due
from comity.casefile.records.roles import Role, Server
from comity.delivery import Delivery, Seal, make_seal_file
from comity.delivery.channels.api import ApiOutbound
from comity.delivery.channels.paper import PaperOutbound
from comity.delivery.channels.portal import PortalOutbound
from comity.docket.desk import Docket
from comity.docket.jobs import jobs
from comity.docket.order_views import Message
from comity.docket.parts import Parts
from comity.docket.publishing import Contacts, published
from comity.intake.message import Incoming
from comity.intake.ports import Means as IntakeMeans
from comity.law import parse_provider
from comity.registry import service as registry
from comity.registry.directory import Directory
from comity.registry.duties import Role as StaffRole
from comity.registry.means import AuthorityProposal, AuthorityRole, CallOutcome, NumberFound, Source, SourceKind
from comity.registry.roles import roles
from comity.registry.staffing import NewMember, found_staff
from comity.registry.store import CallMade
from support import orders
from support.board import RunningBoard

PROVIDER = """
name: Example Board
legal_name: Example Board SAS
home_state: FR
establishments: [{state: FR, kind: main}]
subject_to: [FR, EU]
offers_services_in: [EU]
hosts: [board.example]
languages: [fr, en]
services: [hosting, public]
"""
HOST = "https://board.example"
FILING = frozenset(role.id for role in roles().values() if role.files)
"""Every role that lets an authority file something: orders about content and demands about users."""


@dataclass
class Staff:
    """Identifiers of the first staff."""

    anna: str
    ben: str
    carla: str
    dan: str
    mia: str


PATIENCE = 60.0
"""Seconds after which something that must come is taken to be lost; a busy machine may be slow."""
_FULL_STEP = 4
"""A step of the sequencer reads the clock once or twice: after four readings it has looked at it and said so."""


class Watched:
    """The clock as the sequencer reads it, which counts how often it did."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock
        self.readings = 0

    def now(self) -> Instant:
        self.readings += 1
        return self._clock.now()


class Night:
    """Everything a provider runs, driven step by step."""

    def __init__(self, server: Server, board: RunningBoard, folder: Path, clock: FixedClock) -> None:
        self.server, self.board, self.folder, self.clock = server, board, folder, clock
        self.watched = Watched(clock)
        for name in ("keys", "vault", "log"):
            (folder / name).mkdir(mode=0o700)
        self.keys = key_files.generate(folder / "keys", "comity.example/log")
        make_seal_file(folder / "keys" / "seal.pem", legal_name="Example Board SAS", country="FR", at=clock.now())
        self.board_adapter = board.adapter(public_urls=(HOST,))
        self.parts = self._parts()
        self.docket = Docket(self.parts)
        self.jobs = jobs(self.parts)
        self.start_the_log()

    def _parts(self) -> Parts:
        vault = Vault(self.folder / "vault", KeyEncryptionKeys.parse(new_line("kek-1")))
        provider = parse_provider(PROVIDER)
        ways = {"api": ApiOutbound(lambda _: None, self.clock), "email": PaperOutbound(), "paper": PaperOutbound()}
        ways["portal"] = PortalOutbound()
        seal = Seal.from_file(self.folder / "keys" / "seal.pem")
        return Parts(
            clock=self.clock,
            vault=vault,
            content=self.board_adapter,
            messages=self.board_adapter,
            provider=provider,
            delivery=Delivery(vault, seal, ways, self.clock),
            intake=IntakeMeans(registry=Directory(), vault=vault, provider=provider),
            tiles=self.folder / "log",
            vkeys=tuple(key.encode() for key in self.keys.verifiers),
            public_url="https://comity.board.example",
            contact_email="orders@board.example",
            authorised_person="On-call moderator",
            published=published(provider, Contacts(orders="orders@board.example")),
        )

    def sequencer(self) -> Sequencer:
        return Sequencer(
            lambda: psycopg.connect(**self.server.parameters(Role.SEQUENCER), autocommit=True),
            self.keys,
            self.folder / "log",
            self.watched,
            tolerance=ClockTolerance(forward=None),
            pace=Pace(awake=0.001, asleep=0.005, publish=0.01),
        )

    def start_the_log(self) -> None:
        """Let the sequencer run beside the test."""
        self._stop = threading.Event()
        self._sequencing = threading.Thread(target=self.sequencer().run, args=(self._stop,))
        self._sequencing.start()

    def stop_the_log(self) -> None:
        """No checkpoint is made until it is started again."""
        self._stop.set()
        self._sequencing.join()

    def raise_alarm(self, direction: str) -> None:
        """What the sequencer writes when it sees the clock jump."""
        with psycopg.connect(**self.server.parameters(Role.SEQUENCER), autocommit=True) as conn:
            ledger.raise_alarm(conn, self.clock.now(), direction, None)

    def wait_for_the_log(self) -> None:
        """Until the sequencer has looked at everything that was entered so far, and after that at the clock."""
        self._until(self._nothing_waits)
        read = self.watched.readings
        self._until(lambda: self.watched.readings >= read + _FULL_STEP)

    @staticmethod
    def _nothing_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM leaf WHERE idx IS NULL")
            return bool(cursor.fetchone() == (0,))

    @staticmethod
    def _until(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, "the sequencer does not come on"
            time.sleep(0.005)

    def verify_log(self, *arguments: str) -> int:
        """The operator's check from within and the auditor's from without, in a process of its own; gives the size."""
        self.wait_for_the_log()
        report = fsck(self.keys.verifiers, origin=self.keys.origin)
        assert report.sound, report.differences
        exported = self.folder / "exported"
        size = audit.export(exported)
        words = [word for key in self.keys.verifiers for word in ("--vkey", key.encode())]
        command = [sys.executable, verifier.__file__, str(exported), *words, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return size

    def close(self) -> None:
        self.stop_the_log()
        self.board_adapter.close()

    # -- people and authorities ----------------------------------------------------------------------------------------

    def staff(self) -> Staff:
        from django.contrib.auth.models import User

        roles = {
            "anna": {StaffRole.REGISTRAR, StaffRole.ADMINISTRATOR},
            "ben": {StaffRole.APPROVER},
            "carla": {StaffRole.LEGAL},
            "dan": {StaffRole.AUDITOR},
            "mia": {StaffRole.MODERATOR},
        }
        people = tuple(
            NewMember(User.objects.create(username=name).pk, name.capitalize(), frozenset(held))
            for name, held in roles.items()
        )
        with unit_of_work(self.clock.now(), "system:setup") as work:
            return Staff(*found_staff(work, people))

    def enrol(self, staff: Staff, signer: orders.Authority, *, state: str = "FR", roles: Any = None) -> str:
        """An authority enrolled by call-back, confirmed by two people, with its certificate."""
        now = self.clock.now()
        sources = (
            Source(SourceKind.COMMISSION_REGISTER, "entry 12", staff.anna, now),
            Source(SourceKind.OFFICIAL_SITE, "contact page", staff.anna, now),
        )
        proposal = AuthorityProposal(
            name=signer.name,
            member_state=state,
            roles=frozenset(roles or {AuthorityRole.ISSUES}),
            mail_domains=(signer.email.partition("@")[2],),
            numbers=(NumberFound("+33140000000" if state == "FR" else "+49301111111", sources),),
            feedback_contact=signer.email,
        )
        with self.parts.work(f"staff:{staff.anna}") as work:
            authority = registry.propose_authority(work, by=staff.anna, proposal=proposal)
        number = self.docket.authority(authority, staff.anna).held.numbers[0].id
        with self.parts.work(f"staff:{staff.anna}") as work:
            made = CallMade(number, "duty officer", CallOutcome.VERIFIED)
            registry.record_call_back(work, by=staff.anna, authority=authority, made=made)
        for person in (staff.ben, staff.carla):
            self.docket.confirm_authority(person, authority)
        self.docket.enrol_certificate(staff.anna, authority, pem=signer.pem, label="signing")
        credential = self.docket.authority(authority, staff.anna).credentials[0].id
        self.docket.confirm_certificate(staff.ben, credential)
        return authority

    def client(self, staff: Staff, authority: str) -> str:
        enrolled = self.docket.enrol_client(staff.anna, authority, label="API")
        self.docket.confirm_certificate(staff.ben, enrolled.credential)
        return enrolled.client_id

    def rule(self, staff: Staff, authority: str, channels: tuple[str, ...] = ("api", "email")) -> str:
        until = Instant(self.clock.now().utc.replace(year=self.clock.now().utc.year + 1, month=10))
        self.docket.propose_rule(staff.carla, authority=authority, channels=channels, valid_until=until, why="nights")
        rule = self.docket.rules()[-1].rule
        self.docket.approve_rule(staff.ben, rule)
        return rule

    # -- orders and time -----------------------------------------------------------------------------------------------

    def publish(self, title: str = "A title", *, pictures: int = 1) -> str:
        """A post with pictures; gives its public address."""
        from support.board import picture

        item = self.board.publish("ada", title=title, pictures=(picture(),) * pictures)
        return self.board_adapter.describe(item).urls[0]

    def file(self, authority: str, client: str, form: dict[str, Any], key: str = "key-1") -> Any:
        """An order through the API."""
        now = self.clock.now()
        message = Message(authority, client, json.dumps(form).encode(), "application/json", key, now, now, "192.0.2.7")
        return self.docket.receive_order(message)

    def mail(self, message: bytes, sender: str) -> str:
        """A mail through the receiver's callback; gives what was kept."""
        from comity.docket import filing

        incoming = Incoming(
            channel=ChannelKind.EMAIL,
            identifier=str(message_from_bytes(message)["Message-ID"] or ""),
            body=message,
            received_at=self.clock.now(),
            media_type="message/rfc822",
            envelope_from=sender,
            peer="192.0.2.8",
        )
        return filing.keep(self.parts, incoming)

    def settle_clock(self, person: str) -> None:
        """Somebody looked at the clock, after the sequencer had its last word about it."""
        self.wait_for_the_log()
        self.docket.settle_clock(person, "It is right now.")

    def work_on(self, rounds: int = 50, until: Instant | None = None) -> int:
        """Run every waiting job, also those deferred for later (or due by ``until`` only); gives how many ran."""
        done = 0
        for _ in range(rounds):
            with connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs "
                    "WHERE status = 'todo' AND coalesce(scheduled_at <= %s, true)) RETURNING task_name, args",
                    [until.utc if until else None],
                )
                row = cursor.fetchone()
            if row is None:
                break
            arguments = row[1] if isinstance(row[1], dict) else json.loads(row[1])
            self.jobs[row[0]](**arguments)
            done += 1
        return done

    def pass_time(self, to: Instant) -> None:
        """Move the clock, fire what is due, run what that woke."""
        self.clock.set(to)
        while fire_due(self.clock.now(), task="advance"):
            pass
        self.work_on()
