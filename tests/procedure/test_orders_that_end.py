"""Playbooks of orders that lose their effect: withdrawn, found wrong, standing beside another one."""

from __future__ import annotations

import pytest

from comity.docket.errors import DocumentMissing, NoSuchCase, NotYourTurn, RoleMayNot
from comity.registry.means import AuthorityRole
from support import orders


def _in_effect(watch, *urls: str, **changes) -> str:
    view = watch.order(*urls, **changes)
    number = len(watch.views)
    if watch.status(number) == "waiting":
        watch.decide("comply", *urls, number=number, reasons="An order of its own, not a repetition.")
        watch.approve(watch.staff.ben, number)
    assert watch.status(number) == "in_effect"
    return view.reference


def test_an_order_withdrawn_before_anything_was_done_ends_and_nothing_is_done(watch):
    url = watch.night.publish()
    view = watch.order(url)
    watch.withdraw(view)
    assert (watch.status(), watch.gone(url), watch.forms()) == ("dismissed", False, [])
    running = [one.deadline.id for one in watch.case().clocks if one.state != "cancelled"]
    assert running == ["provider_retention"], "what came is not kept for ever"
    with pytest.raises(NotYourTurn):
        watch.decide("comply", url)


def test_an_order_withdrawn_while_a_first_approval_waits_ends_too(watch):
    url = watch.night.publish()
    view = watch.order(url)
    watch.decide("refuse", reasons="No ground.")
    watch.withdraw(view)
    assert watch.status() == "dismissed"
    with pytest.raises(NotYourTurn):
        watch.approve(watch.staff.ben)


def test_an_order_withdrawn_while_it_is_carried_out_is_not_carried_further_and_undone(watch):
    first, second = watch.night.publish(), watch.night.publish()
    watch.rule()
    watch.night.board.faults({"kind": "disable", "times": 99, "how": "error"})
    view = watch.order(first, second, work=False)
    watch.night.work_on(rounds=1)
    assert (watch.status(), watch.items()) == ("executing", ["preserved", "preserved"])

    watch.withdraw(view)
    assert (watch.status(), watch.case().line.needs_person) == ("executing", True)
    watch.night.board.faults()
    watch.night.work_on()
    assert [watch.gone(url) for url in (first, second)] == [False, False]

    watch.found_wrong()
    assert (watch.status(), [watch.gone(url) for url in (first, second)]) == ("reinstated", [False, False])


def test_what_a_person_confirms_after_a_withdrawal_by_mistake_is_carried_out_after_all(watch):
    url = watch.night.publish()
    watch.rule()
    watch.night.board.faults({"kind": "disable", "times": 1, "how": "error"})
    view = watch.order(url, work=False)
    watch.night.work_on(rounds=1)
    watch.withdraw(view)
    said = {"authority": "Office", "infringement": False, "reasons": "Withdrew the wrong one."}
    with pytest.raises(DocumentMissing):
        watch.night.docket.scrutiny(view.reference, watch.staff.mia, **said)
    watch.night.docket.scrutiny(view.reference, watch.staff.mia, **said, document=b"%PDF-1.7 their letter")
    watch.night.work_on()
    assert (watch.status(), watch.gone(url)) == ("in_effect", True)


def test_an_order_withdrawn_after_it_was_carried_out_calls_a_person_who_reinstates(watch):
    url = watch.night.publish()
    watch.rule()
    view = watch.order(url)
    watch.withdraw(view)
    assert (watch.status(), watch.case().line.needs_person, watch.gone(url)) == ("in_effect", True, True)
    watch.found_wrong()
    assert (watch.status(), watch.gone(url), watch.items()) == ("reinstated", False, ["restored"])


def test_the_answer_can_still_be_fetched_after_the_item_was_reinstated(watch):
    url = watch.night.publish()
    watch.rule()
    reference = _in_effect(watch, url)
    watch.found_wrong()
    assert watch.night.docket.order_status(watch.authority, reference).forms == ("annex-2",)
    fetched = watch.night.docket.answer(watch.authority, watch.client, reference, form="annex-2", pdf=True)
    assert fetched.content.startswith(b"%PDF-")


def test_a_removal_order_used_to_silence(watch):
    url = watch.night.publish()
    watch.rule()
    reference = _in_effect(watch, url)
    arcom = orders.Authority.named("Arcom de test", "scrutiny@arcom.example")
    home = watch.night.enrol(watch.staff, arcom, roles={AuthorityRole.SCRUTINISES})

    watch.night.docket.scrutinise(reference, watch.says(authority=home), infringement=True, reasons="Not terrorist.")

    case = watch.case()
    assert (case.line.status, case.line.needs_person, case.line.due_duty) == ("in_effect", True, "reinstate")
    assert watch.gone(url) is True
    watch.found_wrong()
    assert (watch.status(), watch.gone(url), watch.clock("reinstate")[0]) == ("reinstated", False, "met")


def test_only_the_home_states_own_scrutinising_authority_may_say_so(watch):
    url = watch.night.publish()
    watch.rule()
    reference = _in_effect(watch, url)
    docket = watch.night.docket
    with pytest.raises(RoleMayNot):
        docket.scrutinise(reference, watch.says(), infringement=True, reasons="mine")
    german = orders.Authority.named("Bundestestamt", "scrutiny@bundestestamt.example")
    foreign = watch.night.enrol(watch.staff, german, state="DE", roles={AuthorityRole.SCRUTINISES})
    for wanted in (reference, "0" * 32, "1", "'; DROP TABLE docket_case; --"):
        with pytest.raises(NoSuchCase):
            docket.scrutinise(wanted, watch.says(authority=foreign), infringement=True, reasons="x")
    assert watch.case().line.needs_person is False


def test_what_another_order_keeps_away_stays_away_and_comes_back_when_that_ends_too(watch):
    url = watch.night.publish()
    watch.rule()
    _in_effect(watch, url)
    _in_effect(watch, url, additional_reasons="Another investigation.")

    watch.found_wrong(1)
    assert (watch.status(1), watch.items(1), watch.gone(url)) == ("in_effect", ["barred"], True)

    watch.found_wrong(2)
    assert (watch.status(2), watch.items(2), watch.gone(url)) == ("reinstated", ["restored"], False)
    # The first was waiting for exactly this, by the decision that was made then.
    assert (watch.status(1), watch.items(1)) == ("reinstated", ["restored"])


def test_an_item_that_the_platform_cannot_bring_back_calls_a_person_and_is_not_called_reinstated(watch):
    url = watch.night.publish()
    watch.rule()
    _in_effect(watch, url)
    watch.night.board.faults({"kind": "restore", "times": 99, "how": "error"})
    watch.found_wrong()
    assert (watch.status(), watch.items(), watch.case().line.needs_person) == ("in_effect", ["failed"], True)
    watch.night.board.faults()
    watch.found_wrong()
    assert (watch.status(), watch.gone(url)) == ("reinstated", False)


def test_an_order_that_ended_cannot_end_again(watch):
    url = watch.night.publish()
    watch.rule()
    _in_effect(watch, url)
    watch.found_wrong()
    with pytest.raises(NotYourTurn):
        watch.found_wrong()


def test_an_order_that_ends_in_the_very_moment_of_disabling_leaves_nothing_disabled(watch, monkeypatch):
    """The platform has just obeyed when a person enters that the order has no effect: what was read is out of date."""
    url = watch.night.publish()
    watch.rule()
    adapter = watch.night.board_adapter
    disable = adapter.disable

    def meanwhile(item, **more):
        done = disable(item, **more)
        monkeypatch.setattr(adapter, "disable", disable)
        watch.found_wrong_without_work()
        return done

    monkeypatch.setattr(adapter, "disable", meanwhile)
    watch.order(url)
    assert (watch.status(), watch.items(), watch.gone(url)) == ("reinstated", ["restored"], False)
    assert watch.forms() == []


def test_two_orders_for_one_item_ending_and_beginning_at_once_never_leave_it_standing(watch, monkeypatch):
    """While the first is being lifted, the second takes the item into custody: the first must find itself barred."""
    url = watch.night.publish()
    watch.rule()
    _in_effect(watch, url)
    watch.night.board.faults({"kind": "disable", "times": 99, "how": "error"})
    watch.order(url, work=False)
    watch.night.work_on(rounds=2)
    if watch.status(2) == "waiting":
        watch.night.docket.decide(
            watch.case(2).line.case, watch.staff.mia, answer="comply", urls=(url,), reasons="Another order."
        )
        watch.night.docket.approve(watch.case(2).line.case, watch.staff.ben)
        watch.night.work_on(rounds=1)
    assert watch.items(2) == ["preserved"]

    watch.found_wrong_without_work(1)
    watch.night.board.faults()
    watch.night.work_on()

    assert (watch.items(1), watch.status(2), watch.gone(url)) == (["barred"], "in_effect", True)
