"""Brings the answer to the authority: the legal form, typeset and sealed, on the order's own channel, with proof.

Takes what became of each address of an order and gives ``Entered[FormReply]``, then ``Entered[Receipt]``. It never
makes a form with a mandatory field missing, never sends one whose entry is not proven, and fetches nothing.
"""

from comity.delivery.channels import Outbound
from comity.delivery.errors import DeliveryError, MissingField, NotDelivered
from comity.delivery.rules import Filled, Ground, Particulars, UrlOutcome, UrlResult, answers
from comity.delivery.seal import Seal, make_seal_file
from comity.delivery.service import Delivery, Recipient

__all__ = [
    "Delivery",
    "DeliveryError",
    "Filled",
    "Ground",
    "MissingField",
    "NotDelivered",
    "Outbound",
    "Particulars",
    "Recipient",
    "Seal",
    "UrlOutcome",
    "UrlResult",
    "answers",
    "make_seal_file",
]
