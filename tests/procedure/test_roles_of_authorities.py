"""A demand is authenticated only by an authority that is enrolled for its law."""

from __future__ import annotations

import pytest

from comity.casefile import audit
from comity.casefile.documents.demand import Demand
from comity.docket import store
from comity.docket.errors import NotYourTurn
from comity.docket.recount import recount
from comity.registry.roles import OLD
from support.asking import Office
from support.watch import Watch

DATA = frozenset({"2023/1543:issuing", "data:us-sca"})


def demand(case: str) -> Demand:
    return audit.find(store.case(case).demand.hex, Demand).document


def without_role(case: str) -> tuple[str, ...]:
    found = [one for one in demand(case).faults if one.code == "authority_without_role"]
    return found[0].citations if found else ()


def test_an_authority_for_removal_orders_gets_no_data_of_users(night):
    office = Office(night, roles={"12(1)(a)"})
    office.ask()
    asked = demand(office.case)
    assert (asked.channel.sender_verified, office.status) == (False, "waiting")
    assert without_role(office.case) == ("2023/1543 Art 4",)
    assert "it takes 2023/1543:issuing or 2023/1543:validating" in asked.sender.why
    assert office.page.holds == ()
    with pytest.raises(NotYourTurn, match="no role that covers"):
        office.call_back()
    assert demand(office.case).channel.sender_verified is False
    night.verify_log()


@pytest.mark.parametrize(
    ("role", "verified"),
    [
        ("2023/1543:issuing", True),
        ("2023/1543:validating", True),
        ("2023/1543:enforcing", False),
        ("data:ie-2011", False),
    ],
)
def test_only_issuing_and_validating_authorities_send_certificates(night, role, verified):
    office = Office(night, roles={role})
    office.ask()
    assert demand(office.case).channel.sender_verified is verified
    assert bool(without_role(office.case)) is not verified


def test_an_authority_for_data_has_nothing_taken_down(night):
    watch = Watch.begin(night, roles=DATA)
    night.rule(watch.staff, watch.authority)
    url = night.publish()
    case = watch.order(url).reference
    assert watch.status() == "waiting"
    assert without_role(case) == ("2021/784 Art 12(1)(a)",)
    assert night.board_adapter.resolve(url) is not None


def test_an_enrolment_of_before_goes_on_as_it_was(night):
    watch = Watch.begin(night, roles=OLD)
    case = watch.order(night.publish()).reference
    assert demand(case).channel.sender_verified is True
    assert without_role(case) == ()
    assert list(recount()) == []


def test_both_kinds_of_roles_are_kept_apart_and_recounted(night):
    watch = Watch.begin(night, roles=DATA | {"12(1)(a)"})
    held = night.docket.authority(watch.authority, watch.staff.anna).held
    assert held.roles == DATA | {"12(1)(a)"}
    assert list(recount()) == []


def test_under_its_own_law_a_demand_cites_no_other(night):
    office = Office(night, roles={"data:us-sca"})
    office.plead(instrument="us-sca", process="EMERGENCY", issuing_state="DE")
    (found,) = (one for one in demand(office.case).faults if one.code == "sender_is_another_authority")
    assert found.citations == ("18 USC 2711(4)",)
    assert "2021/784" not in found.message
