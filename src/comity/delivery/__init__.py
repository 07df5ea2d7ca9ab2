"""Brings the answer to the authority: the legal form, typeset and sealed, on the order's own channel, with proof.

Takes what became of each address of an order, or of each identifier of a demand about users, and gives
``Entered[FormReply]``, then ``Entered[Receipt]``. It never makes a form with a mandatory field missing, never sends one
whose entry is not proven, and fetches nothing.
"""

from comity.delivery.channels import Outbound
from comity.delivery.errors import DeliveryError, MissingField, NotDelivered
from comity.delivery.letters import Letter
from comity.delivery.rules import Filled, Ground, Particulars, UrlOutcome, UrlResult, answers
from comity.delivery.seal import Seal, make_seal_file
from comity.delivery.service import Delivery, Recipient
from comity.delivery.user_answers import annex_three, letter
from comity.delivery.user_words import language_for

__all__ = [
    "Delivery",
    "DeliveryError",
    "Filled",
    "Ground",
    "Letter",
    "MissingField",
    "NotDelivered",
    "Outbound",
    "Particulars",
    "Recipient",
    "Seal",
    "UrlOutcome",
    "UrlResult",
    "annex_three",
    "answers",
    "language_for",
    "letter",
    "make_seal_file",
]
