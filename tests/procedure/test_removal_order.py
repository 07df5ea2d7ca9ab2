"""Playbooks of removal orders: a demand arrives, and what must come of it."""

from __future__ import annotations

from support import orders


def test_an_order_from_a_verified_authority_is_carried_out_answered_and_noticed_by_itself(night):
    staff = night.staff()
    authority = night.enrol(staff, orders.Authority.named())
    client = night.client(staff, authority)
    night.rule(staff, authority)
    url = night.publish("what was ordered away")

    view = night.file(authority, client, orders.order(content_locations=[{"url": url}]))
    night.work_on()

    status = night.docket.order_status(authority, view.reference)
    assert status.status == "in_effect", (status.assessment, night.docket.case(1, staff.mia).timeline)
    assert [item.state for item in status.items] == ["disabled"]
    assert night.board_adapter.seen_by_stranger(url, "EU").gone is True
    assert status.forms == ("annex-2",)
    fetched = night.docket.answer(authority, client, view.reference, form=None, pdf=True)
    assert fetched.content.startswith(b"%PDF-")
