"""Whether a verified sender is still the authority that the demand names, after the demand was changed.

An order that was verified for one issuer must not be turned into another's by a clarification.
"""

from __future__ import annotations

from comity.casefile.documents.base import Json
from comity.casefile.documents.demand import Demand
from comity.docket import people
from comity.intake.rules import issuer_fault
from comity.registry import store as register

_ANOTHER = "sender_is_another_authority"


def judged_anew(demand: Demand, changes: Json, *, by_sender: bool) -> Demand:
    """The demand with its sender judged by the form as it reads now, if ``changes`` touch who issued it.

    ``by_sender``: the authenticated sender itself changed it. Only then can a name that did not fit be put right; what
    staff typed in can take trust away and never give it.
    """
    if not any(key == "issuing_member_state" or key.partition(".")[0] == "issuer" for key in changes):
        return demand
    sender, channel = demand.sender, demand.channel
    faults = tuple(fault for fault in demand.faults if fault.code != _ANOTHER)
    misnamed = len(faults) < len(demand.faults)
    if sender.authority is None or not people.still_trusted(sender.authority):
        return demand.model_copy(update={"channel": channel.model_copy(update={"sender_verified": False})})
    pretended = issuer_fault(demand.form, register.authority(sender.authority))
    verified = channel.sender_verified
    if pretended is not None:
        verified, faults = False, (*faults, pretended)
        sender = sender.model_copy(update={"why": f"{sender.why} But, as changed: {pretended.message}"})
    elif misnamed and by_sender:
        verified = True
    elif misnamed:
        faults = demand.faults
    changed = channel.model_copy(update={"sender_verified": verified})
    return demand.model_copy(update={"sender": sender, "channel": changed, "faults": faults})
