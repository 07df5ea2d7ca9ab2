"""The thread of a case: officers and staff write to one another; each message is an entry and nothing else.

A message never moves a case and stops no act: whoever needs an answer reads the list of threads that wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.thread import ThreadMessage
from comity.casefile.records import UnitOfWork
from comity.docket import people, store
from comity.docket.cases import CaseDesk
from comity.docket.errors import NothingSaid
from comity.docket.models import Case, Thread
from comity.docket.portal_views import Said
from comity.registry.duties import Duty

LONGEST = 8000
_OFFICER = "officer:"


@dataclass(frozen=True)
class Waiting:
    """A thread in which the authority wrote last."""

    number: int
    authority_name: str
    since: Instant


class ThreadDesk(CaseDesk):
    """The staff's side of the threads."""

    def thread(self, case: str, viewer: str) -> tuple[Said, ...]:
        """What was written about a case, oldest first."""
        people.member_with(viewer, Duty.READ)
        return tuple(messages(case, officers_read=False))

    def threads_waiting(self, viewer: str) -> tuple[Waiting, ...]:
        """Threads that wait for us, longest first."""
        people.member_with(viewer, Duty.READ)
        rows = Thread.objects.filter(waits_since__isnull=False).order_by("waits_since")[:100]
        waiting = {row.id: row.waits_since for row in rows}
        cases = Case.objects.in_bulk(list(waiting))
        return tuple(
            Waiting(cases[id_].number, cases[id_].authority_name, Instant(since))
            for id_, since in waiting.items()
            if since is not None and id_ in cases
        )

    def answer_thread(self, case: str, viewer: str, text: str) -> None:
        """Write to the authority of a case."""
        member = people.member_with(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            store.still_open(case)
            say(work, case, by=f"staff:{viewer}", name=f"{member.name}, {self.parts.provider.name}", text=text)


def say(work: UnitOfWork, case: str, *, by: str, name: str, text: str) -> str:
    """Enter a message; gives its entry. The thread waits for us after an officer's, for nobody after ours."""
    kept = text.strip()[:LONGEST]
    if not kept:
        raise NothingSaid
    document = ThreadMessage(case=case, by=by, name=name, text=kept, at=work.at)
    entry = audit.enter(work, case, document).entry
    row = Thread.objects.filter(pk=UUID(case)).first() or Thread(id=UUID(case))
    theirs = by.startswith(_OFFICER)
    row.waits_since = (row.waits_since or work.at.utc) if theirs else None
    row.entry = UUID(entry)
    row.save()
    return entry


def messages(case: str, *, officers_read: bool) -> Iterator[Said]:
    """The messages of a case, as one side reads them."""
    for one in audit.entries_of(case):
        if one.kind == ThreadMessage.kind and one.body:
            message = ThreadMessage.from_canonical(one.body)
            theirs = message.by.startswith(_OFFICER)
            yield Said(theirs is officers_read, message.name, message.text, message.at, one.entry)
