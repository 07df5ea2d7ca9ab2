"""Emergency demands, judged as if each were forged. Pure.

Takes what is claimed, who claims it and what came before (``judge``); gives a ``Verdict``: what bars a release, what is
shown to those who release, what is still needed, which data go first. ``check_release`` refuses a release that does not
fit it, ``due_after`` says what is due once data have left, ``leaves_at`` at which hour an answer does. ``Decoys`` are
identifiers of nobody. It never releases anything and scores no one.
"""

from comity.decision.urgency.after import due_after
from comity.decision.urgency.alike import leaves_at
from comity.decision.urgency.decoys import Decoys, decoy
from comity.decision.urgency.facts import Budget, Call, Claim, Limits, Past, Sender, Statement, statement_of
from comity.decision.urgency.rules import Bar, Need, Reason, Sign, Verdict, check_release, judge, statement_faults
from comity.decision.urgency.words import words_for

__all__ = [
    "Bar",
    "Budget",
    "Call",
    "Claim",
    "Decoys",
    "Limits",
    "Need",
    "Past",
    "Reason",
    "Sender",
    "Sign",
    "Statement",
    "Verdict",
    "check_release",
    "decoy",
    "due_after",
    "judge",
    "leaves_at",
    "statement_faults",
    "statement_of",
    "words_for",
]
