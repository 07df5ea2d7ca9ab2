"""A seal that is not there: the content is gone all the same, and the answer waits until it can be sealed."""

from __future__ import annotations

from comity.delivery import Seal
from comity.delivery.errors import SealAway


def test_the_answer_waits_for_the_seal_and_never_leaves_without(watch, monkeypatch, capsys):
    seals, away = Seal.seal, [True]

    def seal(self, pdf, *, reason, at):
        if away[0]:
            raise SealAway("the token comity is not there")
        return seals(self, pdf, reason=reason, at=at)

    monkeypatch.setattr(Seal, "seal", seal)
    url = watch.night.publish()
    watch.mail(url, sign=True)
    watch.decide("comply", url)
    assert "the answer waits for the seal" in capsys.readouterr().out
    assert "performed" in str(watch.bodies("act")[-1])
    assert watch.bodies("form_reply") == []
    assert watch.bodies("receipt") == []
    away[0] = False
    watch.night.work_on()
    assert len(watch.bodies("form_reply")) == 1
