"""What must be true after a soak, counted from the database, the board, the authority's mailbox and the log."""

from __future__ import annotations

import sqlite3
import subprocess
from collections import Counter
from collections.abc import Mapping

import httpx
from house import House

from demo_world import BIN, HOST

_SETTLED = """
SELECT c.reference, c.status,
    count(*) FILTER (WHERE d.kind = 'decision'),
    count(*) FILTER (WHERE d.kind = 'act' AND body ->> 'state' = 'performed'
        AND body #>> '{grant,measure}' = 'disable'),
    count(*) FILTER (WHERE d.kind = 'form_reply'),
    count(*) FILTER (WHERE d.kind = 'notice'),
    count(*) FILTER (WHERE d.kind = 'demand')
FROM docket_case c JOIN (
    SELECT case_id, kind, convert_from(body, 'UTF8')::jsonb AS body FROM document
    WHERE kind IN ('decision', 'act', 'form_reply', 'notice', 'demand')
) d ON d.case_id = c.id
WHERE c.reference LIKE 'SOAK-%'
GROUP BY c.id, c.reference, c.status
"""
_OTHERS = "SELECT count(*) FROM docket_case WHERE status IN ('in_effect', 'executed') AND reference NOT LIKE 'SOAK-%'"
_WAITING = """
SELECT id, reference, status FROM docket_case
WHERE status IN ('waiting', 'second_person') AND reference LIKE 'SOAK-%'
"""
_BARS = "SELECT count(*), count(DISTINCT item), (SELECT count(*) FROM message) FROM bar"


class Count:
    """Everything that is counted at the end. ``filed``: orders that were acknowledged, with their addresses."""

    def __init__(self, house: House, filed: Mapping[str, str]) -> None:
        self._house, self._filed = house, filed
        self.by_people: set[str] = set()
        self.said: dict[str, str] = {}
        """What each check said, for the page."""

    def in_effect(self) -> int:
        """How many of the orders have come to rest."""
        statement = "SELECT count(*) FROM docket_case WHERE status = 'in_effect' AND reference LIKE 'SOAK-%'"
        ((done,),) = self._house.query(statement)
        return int(done)

    def decide_waiting(self) -> None:
        """Orders that were assessed while the platform was away wait for people, who comply: one, or two of them."""
        docket, staff = self._house.docket, self._house.staff
        for case, reference, status in self._house.query(_WAITING):
            if status == "waiting":
                words = "The platform was away when this was assessed; the item is there."
                urls = (self._filed[reference],)
                docket.decide(case.hex, staff["mia"], answer="comply", urls=urls, reasons=words)
                self.by_people.add(reference)
            else:
                docket.approve(case.hex, staff["ben"])

    def judge(self) -> list[str]:
        """Everything that is not as it should be."""
        return self._cases() + self._platform() + self._letters() + self._log()

    def _cases(self) -> list[str]:
        rows = self._house.query(_SETTLED)
        cases = Counter(row[0] for row in rows)
        wrong = [f"{reference} has no case" for reference in self._filed if reference not in cases]
        wrong += [f"{reference} has {count} cases" for reference, count in cases.items() if count > 1]
        for reference, status, decisions, acts, replies, notices, demands in rows:
            if (status, decisions, acts, replies, notices, demands) != ("in_effect", 1, 1, 1, 1, 1):
                said = f"{demands} demands, {decisions} decisions, {acts} acts, {replies} answers, {notices} notices"
                wrong.append(f"{reference}: {status}, {said}")
        ((others,),) = self._house.query(_OTHERS)
        wrong += [f"{others} cases of junk had an effect"] if others else []
        self.said["each order has one case, one decision, one act, one answer, one notice"] = _all(rows, wrong)
        self.said["orders that people had to decide, since the platform was away"] = str(len(self.by_people))
        return wrong

    def _platform(self) -> list[str]:
        """The posts are gone, each by one bar, each told once; nothing else is gone."""
        wrong = [f"{url} is still there" for url in self._filed.values() if not self._gone(url)]
        bars, barred, told = self._in_board(_BARS)
        ordered = self.in_effect()
        if (barred, told) != (ordered, ordered):
            wrong.append(f"{barred} posts are barred ({bars} bars) and {told} messages sent for {ordered} orders")
        self.said["each post is gone for a stranger, barred once, its author told once"] = _all(self._filed, wrong)
        return wrong

    def _gone(self, url: str) -> bool:
        local = url.replace(HOST, f"http://127.0.0.1:{self._house.world.ports['board']}")
        return httpx.get(local, headers={"X-Country": "FR"}, trust_env=False, timeout=60).status_code in (404, 451)

    def _in_board(self, question: str) -> tuple[int, int, int]:
        with sqlite3.connect(self._house.world.home / "board" / "board.sqlite") as readable:
            found: tuple[int, int, int] = readable.execute(question).fetchone()
        readable.close()
        return found

    def _letters(self) -> list[str]:
        """Each order that came by mail is answered by one letter; a repetition bears the same identifier."""
        answers: dict[str, set[str]] = {}
        copies = 0
        for letter in self._house.world.mailbox.messages:
            order = str(letter["In-Reply-To"]).strip("<>").partition("@")[0]
            if order in self._filed:
                copies += 1
                answers.setdefault(order, set()).add(str(letter["Message-ID"]))
        mailed = [order for order in self._filed if int(order[-6:]) % 2 == 1]
        wrong = [f"{order} was not answered by mail" for order in mailed if order not in answers]
        wrong += [f"{order} was answered by {len(ids)} letters" for order, ids in answers.items() if len(ids) != 1]
        again = copies - len(answers)
        said = f"{_all(mailed, wrong)}; {again} letters were brought twice under the same identifier"
        self.said["each order by mail is answered by one letter in its thread"] = said
        return wrong

    def _log(self) -> list[str]:
        world = self._house.world
        export = world.home / "export"
        keys = [word for key in self._house.docket.log_head().vkeys for word in ("--vkey", key)]
        commands = {
            "comity log export": [str(BIN / "comity"), "log", "export", str(export)],
            "comity-verify": [str(BIN / "comity-verify"), str(export), *keys],
            "comity log fsck": [str(BIN / "comity"), "log", "fsck"],
        }
        wrong = []
        for name, words in commands.items():
            done = subprocess.run(words, env=world.environment, capture_output=True, text=True, check=False)
            last = "".join([line for line in (done.stdout + done.stderr).strip().splitlines() if line][-1:])
            print(f"{name}: {last}", flush=True)
            self.said[f"`{name}`"] = last.replace(str(export), "export")
            wrong += [] if done.returncode == 0 else [f"{name} failed: {last}"]
        return wrong


def _all(things: object, wrong: list[str]) -> str:
    number = len(things)  # type: ignore[arg-type]
    return f"{number} of {number}" if not wrong else f"**{len(wrong)} faults** among {number}"
