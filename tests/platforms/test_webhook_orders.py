"""A removal order about a platform behind the webhook, also while that platform fails."""

from __future__ import annotations

from support.faulty import Fault, before
from support.template import running


def test_an_order_is_carried_out_through_the_webhook_and_undone(over_matrix, tmp_path):
    with (
        running(tmp_path / "platform") as platform,
        before(platform.port) as proxy,
        platform.adapter(f"{proxy.url}/comity") as adapter,
    ):
        proxy.faults = [
            Fault("/parts/picture.gif", "close", after=True, times=4),
            Fault("/disable", "error", after=True, times=4),
            Fault("/messages", "close", after=True, times=4),
            Fault("/restore", "limit", times=4),
        ]
        watch = over_matrix(adapter)
        watch.order(platform.page)
        assert (watch.status(), platform.look("/post/p1"), platform.look("/picture/p1")) == ("in_effect", 404, 404)
        assert watch.forms() == ["annex-2"]
        assert len({call for call in proxy.seen if "/messages" in call}) == 1
        watch.found_wrong()
        assert (watch.status(), platform.look("/post/p1"), platform.look("/picture/p1")) == ("reinstated", 200, 200)
        assert all(fault.times < 4 for fault in proxy.faults), "every fault was met"
