"""Whether a verified sender is still the authority that the demand names, and may demand it, after it was changed.

An order that was verified for one issuer must not be turned into another's by a clarification.
"""

from __future__ import annotations

from comity.casefile.documents.base import Json
from comity.casefile.documents.demand import Demand
from comity.docket import people
from comity.intake.rules import sender_faults
from comity.registry import store as register

_ISSUERS = frozenset({"issuing_member_state", "issuer", "issuing_state", "authority", "A"})
"""Fields and sections in which the forms of all laws name their issuer."""
_AMISS = ("sender_is_another_authority", "authority_without_role")


def judged_anew(demand: Demand, changes: Json, *, by_sender: bool) -> Demand:
    """The demand with its sender judged by the form as it reads now, if ``changes`` touch who issued it.

    ``by_sender``: the authenticated sender itself changed it. Only then can a name that did not fit be put right; what
    staff typed in can take trust away and never give it.
    """
    if not any(key in _ISSUERS or key.partition(".")[0] in _ISSUERS for key in changes):
        return demand
    sender, channel = demand.sender, demand.channel
    faults = tuple(fault for fault in demand.faults if fault.code not in _AMISS)
    misnamed = len(faults) < len(demand.faults)
    if sender.authority is None or not people.still_trusted(sender.authority):
        return demand.model_copy(update={"channel": channel.model_copy(update={"sender_verified": False})})
    pretended = sender_faults(demand.form, demand.instrument, register.authority(sender.authority))
    verified = channel.sender_verified
    if pretended:
        verified, faults = False, (*faults, *pretended)
        said = " ".join(f"But, as changed: {one.message}" for one in pretended)
        sender = sender.model_copy(update={"why": f"{sender.why} {said}"})
    elif misnamed and by_sender:
        verified = True
    elif misnamed:
        faults = demand.faults
    changed = channel.model_copy(update={"sender_verified": verified})
    return demand.model_copy(update={"sender": sender, "channel": changed, "faults": faults})
