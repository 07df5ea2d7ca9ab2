"""What may be said of an exchange; when it is fetched; what changes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.exchange import ExchangeChange, ExchangeTerms
from support.exchanges import BANK, House, digest

NOW = Instant.parse("2026-11-23T01:13:00Z")
GOOD: dict[str, Any] = {
    "name": "them", "type": "ncmec", "bank": BANK, "pace": 300, "settings": {"environment": "Industry"},
    "secrets": {"credentials": "ncmec.key"},
}  # fmt: skip


def terms(**changes: Any) -> ExchangeTerms:
    return ExchangeTerms.model_validate(GOOD | changes)


def test_good_terms_stay() -> None:
    from comity.matching.exchanges.kinds import KINDS
    from comity.matching.exchanges.rules import checked_terms

    assert checked_terms(terms(), KINDS) == terms()
    keys = {"subscription_key": "a", "fetch_key": "b", "feedback_key": "c"}
    assert checked_terms(terms(type="stopncii", settings={}, secrets=keys), KINDS).secrets == keys


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": "Them"}, "name"),
        ({"name": "a" * 41}, "name"),
        ({"name": "a:b"}, "name"),
        ({"type": "ftp"}, "type: one of csv"),
        ({"pace": 4}, "pace"),
        ({"pace": 30 * 86400 + 1}, "pace"),
        ({"settings": {"a": "b"}}, "ncmec knows no 'a'"),
        ({"settings": {"url": ""}}, "url: one line"),
        ({"settings": {"url": "a\nb"}}, "url: one line"),
        ({"settings": {"url": "a" * 1001}}, "url: one line"),
        ({"type": "fb_threatexchange", "settings": {}, "secrets": {"token": "a"}}, "privacy_group is missing"),
        ({"secrets": {}}, "ncmec takes credentials"),
        ({"secrets": {"credentials": "a", "more": "b"}}, "ncmec takes credentials"),
        ({"secrets": {"credentials": "us:pass"}}, "not the secret itself"),
        ({"secrets": {"credentials": "../key"}}, "not the secret itself"),
        ({"type": "csv", "settings": {"path": "a"}, "secrets": {"token": "a"}}, "csv takes none"),
    ],
)
def test_terms_that_cannot_be_used(changes: dict[str, Any], why: str) -> None:
    from comity.matching.exchanges.errors import UnusableExchange
    from comity.matching.exchanges.kinds import KINDS
    from comity.matching.exchanges.rules import checked_terms

    with pytest.raises(UnusableExchange, match=why):
        checked_terms(terms(**changes), KINDS)


def test_changes_of_terms() -> None:
    from comity.matching.exchanges.errors import UnusableExchange
    from comity.matching.exchanges.rules import changed_terms

    assert changed_terms(terms(), {"pace": 60}).pace == 60
    for wrong in ({"name": "other"}, {"type": "csv"}, {"pace": "soon"}):
        with pytest.raises(UnusableExchange):
            changed_terms(terms(), wrong)


def test_when_it_is_due() -> None:
    from comity.matching.exchanges.rules import next_at, pace_of

    def pause(*given: Any) -> float:
        return next_at(NOW, *given).since(NOW).total_seconds()

    assert [pause(300, 0), pause(300, 1), pause(300, 3), pause(300, 9), pause(300, 10_000)] == [300, 30, 120, 300, 300]
    assert [pause(5, 1), pause(300, 1, 600.0), pause(300, 0, 1e9)] == [5, 600, 86400]
    assert [pace_of(terms(), None), pace_of(terms(), 30), pace_of(terms(), 900)] == [300, 30, 300]


def test_what_an_exchange_forgot_and_what_is_too_much() -> None:
    from comity.matching.exchanges.kinds import KINDS
    from comity.matching.exchanges.rules import forgotten, takes_too_much_back

    group, long_ago = KINDS["fb_threatexchange"], NOW.plus(-timedelta(days=86))
    assert forgotten(group, long_ago, NOW)
    assert not forgotten(group, NOW, NOW)
    assert not forgotten(group, None, NOW)
    assert not forgotten(KINDS["csv"], long_ago, NOW)
    assert takes_too_much_back(100, 51, 0.5)
    assert not takes_too_much_back(100, 50, 0.5)
    assert not takes_too_much_back(20, 20, 0.5)


@pytest.mark.parametrize(("text", "share"), [("0", 0.0), ("0.25", 0.25), ("1", 1.0), ("1.00", 1.0)])
def test_shares(text: str, share: float) -> None:
    from comity.matching.exchanges.rules import share_of

    assert share_of({"shrink": text}) == share


@pytest.mark.parametrize("text", ["", "2", "-1", "1.5", ".5", "nan", "1e9"])
def test_what_is_no_share(text: str) -> None:
    from comity.matching.exchanges.errors import UnusableExchange
    from comity.matching.exchanges.rules import share_of

    with pytest.raises(UnusableExchange, match="shrink"):
        share_of({"shrink": text})


def test_setting_up_asks_for_a_bank_and_a_new_name(house: House) -> None:
    from comity.matching.banks.errors import UnknownBank
    from comity.matching.exchanges.errors import ExchangeExists, UnknownExchange, UnusableExchange

    with pytest.raises(UnknownBank):
        house.set_up("file", bank="NOWHERE", settings={"path": "x"})
    with pytest.raises(UnusableExchange, match="shrink"):
        house.set_up("file", settings={"path": "x", "shrink": "9"})
    held = house.set_up("file", settings={"path": "x"})
    with pytest.raises(ExchangeExists):
        house.set_up("file", settings={"path": "x"})
    from comity.matching.exchanges import service, store

    with house.begin() as work:
        service.end(work, "them", "they closed")
    assert store.exchanges() == ()
    with pytest.raises(ExchangeExists):
        house.set_up("file", settings={"path": "x"})
    for wrong in ("0" * 32, "nonsense"):
        with pytest.raises(UnknownExchange):
            store.by_id(wrong)
        with pytest.raises(UnknownExchange), house.begin():
            store.lock(wrong)
    with pytest.raises(UnknownExchange):
        store.named("nobody")
    changes = [audit.find(row.entry, ExchangeChange).document.change for row in audit.entries_of(held.id)]
    assert changes == ["created", "ended"]


def test_one_that_is_off_or_ended_is_not_fetched(house: House) -> None:
    from comity.matching.exchanges import running, service, store

    house.write("x", f"sha256 {digest(1)}\n")
    held = house.set_up("file", enabled=False, settings={"path": "x"})
    assert house.jobs() == []
    house.fetch()
    assert house.signals() == set()
    with house.begin() as work:
        service.change(work, "them", "now", enabled=True)
    assert len(house.jobs()) == 1
    with house.begin() as work:
        service.end(work, "them", "over")
    pulse = store.pulse(held.id)
    assert pulse is not None
    running.fetch(running.Fetching(house.means, house.begin, house.clock.now), held.id, pulse.next_at.z())
    assert house.signals() == set()


def test_a_change_that_changes_nothing_enters_nothing(house: House) -> None:
    from comity.matching.exchanges import service

    held = house.set_up("file", settings={"path": "x"})
    with house.begin() as work:
        assert service.change(work, "them", "as it was", pace=300) == held
    assert len(audit.entries_of(held.id)) == 1


def test_another_list_begins_from_its_start(house: House) -> None:
    from comity.matching.exchanges import service, store

    house.write("x", f"sha256 {digest(1)}\n")
    house.write("y", f"sha256 {digest(2)}\n")
    held = house.set_up("file", settings={"path": "x"})
    house.fetch()
    with house.begin() as work:
        service.change(work, "them", "they moved", settings={"path": "y"})
    assert store.progress(held.id).checkpoint is None
    house.fetch()
    assert house.signals() == {("sha256", digest(2))}


def test_while_something_happens_it_is_fetched_faster(house: House) -> None:
    from comity.matching.exchanges import service

    house.write("x", f"sha256 {digest(1)}\n")
    house.set_up("file", "one", pace=3600, settings={"path": "x"})
    house.set_up("file", "two", pace=10, settings={"path": "x"})
    house.fetch("one")
    house.later(1)
    with house.begin() as work:
        service.set_pace(work, None, 1, "incident 7")
    assert house.jobs()[-1][1] == house.clock.now().z()
    pulse = house.fetch("one")
    assert pulse.next_at.since(house.clock.now()).total_seconds() == 5
    with house.begin() as work:
        service.set_pace(work, "one", None, "over")
        service.set_pace(work, "one", None, "over")
    pulse = house.fetch("one")
    assert pulse.next_at.since(house.clock.now()).total_seconds() == 3600
    from comity.matching.exchanges import store

    one = store.named("one")
    rows = [row for row in audit.entries_of(one.id) if row.kind == "exchange"]
    changes = [audit.find(row.entry, ExchangeChange).document for row in rows]
    assert [(said.change, said.hurried, said.because) for said in changes[1:]] == [
        ("hurried", 5, "incident 7"),
        ("calmed", None, "over"),
    ]


def test_it_can_be_fetched_at_once(house: House) -> None:
    from comity.matching.exchanges import service

    house.write("x", f"sha256 {digest(1)}\n")
    house.set_up("file", pace=3600, settings={"path": "x"})
    house.fetch()
    house.later(5)
    with house.begin() as work:
        service.fetch_now(work, "them", "a test")
    house.write("x", f"sha256 {digest(2)}\n")
    begun = house.clock.now()
    house.fetch()
    assert house.clock.now() == begun
    assert house.signals() == {("sha256", digest(2))}
