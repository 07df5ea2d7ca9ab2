"""Bars, signs and needs as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from comity.decision.urgency.rules import Bar, Need, Reason, Sign

if TYPE_CHECKING:
    from django.utils.functional import Promise

WORDS: Mapping[Bar | Sign | Need, str | Promise] = {
    Bar.NO_DANGER: _("It does not say who is in danger, and of what."),
    Bar.NO_WHY_NOW: _("It does not say why nothing can wait."),
    Bar.NO_WHY_NO_COURT: _("It does not say why no court could be asked."),
    Bar.FIRST_DEMAND: _("It is the authority's first demand, or nobody knows: that is never released as an emergency."),
    Bar.MAILBOX_ONLY: _("Only a mailbox vouches for it. A mailbox gives no authority."),
    Bar.UNVERIFIED: _("Nobody was called back at a number held before the demand came, or too long ago."),
    Bar.DENIED: _("Somebody at the authority was called and did not confirm it."),
    Bar.OFFICER_BUDGET: _("This officer has claimed as many emergencies as the provider allows within the time."),
    Bar.AUTHORITY_BUDGET: _("This authority has claimed as many emergencies as the provider allows within the time."),
    Bar.DECOY: _("It names a decoy: an identifier that belongs to nobody (%(number)s)."),
    Bar.WRITTEN_OVERDUE: _("The written demand for an earlier release is overdue."),
    Bar.DOUBTFUL_BEFORE: _("An earlier release to this authority was found doubtful or forged."),
    Bar.NOTHING_ASKED: _("It names no category of data."),
    Sign.OFFICER_FIRST: _("The officer has never demanded anything before."),
    Sign.OFFICER_RATE: _("The officer demands unusually often: %(seen)s."),
    Sign.ODD_HOUR: _("It is an unusual hour for the officer: %(seen)s."),
    Sign.NEW_DEVICE: _("The officer's device or client was never seen before."),
    Sign.DEVICE_UNKNOWN: _("Nobody knows from which device or client it came."),
    Sign.REUSED_DOCUMENT: _("A file that came with it came in other cases, too: %(cases)s."),
    Sign.REPEATED_WORDS: _("Its reasons repeat the same words."),
    Sign.LOOKALIKE: _("Its domain %(domain)s looks like %(known)s and is another."),
    Need.TWO_RELEASERS: _("Two different persons release it."),
    Need.SUPERVISOR_CALL: _("The officer's supervisor is called at a number held before the demand came."),
}


def words_for(reason: Reason) -> str:
    """One reason in the reader's language, with what was seen."""
    return str(WORDS[reason.code]) % reason.seen
