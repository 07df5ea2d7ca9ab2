"""Who may demand and who works here: authorities, their credentials, call-backs, staff.

Takes what staff propose and confirm (``service``, ``staffing``, ``importing``); answers the other rooms
(``directory.Directory``) with an ``AuthenticatedSender`` or why not. It never takes a sender's own word (a mailbox, a
number in the message), never lets one person do what takes two, and never changes without an entry.
"""

from comity.registry.duties import Duty, Member, Role, TwoPeople
from comity.registry.lookalikes import Lookalike, lookalike_of
from comity.registry.means import AuthorityProposal, HeldAuthority
from comity.registry.rules import AuthenticatedSender, NotAuthenticated, SignatureFacts

__all__ = [
    "AuthenticatedSender",
    "AuthorityProposal",
    "Duty",
    "HeldAuthority",
    "Lookalike",
    "Member",
    "NotAuthenticated",
    "Role",
    "SignatureFacts",
    "TwoPeople",
    "lookalike_of",
]
