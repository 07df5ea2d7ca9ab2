"""The command of authorities' machines on HI-1: one message in, one answer out."""

from __future__ import annotations

from dataclasses import replace

from comity.docket.hi1 import answering, changing, rules, showing
from comity.docket.hi1.views import MachineCall
from comity.docket.parts import Parts
from comity.hi1 import Answer, ErrorCode, Hi1Error, Message
from comity.hi1.reading import heading
from comity.hi1.sealed import read_sealed
from comity.intake.faults import FAULTS
from comity.intake.machines import seal_fault, sealed
from comity.registry.rules import why_not_usable


class MachineDesk:
    """HI-1, as far as an authority's machine may reach it."""

    parts: Parts

    def take_message(self, call: MachineCall) -> bytes:
        """Do what a message says, or nothing of it, and answer in its own encoding. Safe to repeat.

        Raises nothing about the message: what is wrong stands in the answer (clause 9.3).
        """
        machine = self.parts.machines.machines.get(call.client)
        try:
            call = self._connected(call)
            message = self._read(call)
            wrong = rules.party_fault(message, machine.party if machine else None, self.parts.machines.us)
            if wrong is not None:
                raise wrong
        except Hi1Error as error:
            return answering.unread(self.parts, call, heading(call.body, call.encoding), error)
        assert machine is not None  # party_fault refuses whoever is not set up
        wrong = self._sealed(call, message)
        if wrong is not None:
            return answering.unread(self.parts, call, heading(call.body, call.encoding), wrong)
        if rules.writes(message):
            return changing.take(self.parts, call, message, machine.party)
        found = [Answer(one.number, one.verb.value, showing.read(call, machine.party, one)) for one in message.actions]
        return answering.written(self.parts, call, message, found)

    def _connected(self, call: MachineCall) -> MachineCall:
        """The call with what its connection showed, in words; raises ``Hi1Error`` where that is another authority's."""
        if not call.certificate:
            return call
        held = self.parts.intake.registry.authority_by_certificate(call.certificate)
        if held is not None and held.authority.id != call.authority:
            why = "the connection's certificate is another authority's"
            raise Hi1Error(ErrorCode.CONFIGURATION, "connection", why)
        reason = "It is not enrolled." if held is None else why_not_usable(held, call.received)
        mark = f"{call.certificate[:16]}…"
        said = f"Its connection showed the certificate {mark}. {reason or 'It is enrolled for it, and counts.'}"
        return replace(call, connection=said)

    def _sealed(self, call: MachineCall, message: Message) -> Hi1Error | None:
        """Why a message that changes what is there is not taken: it is signed, and nobody vouches for the signature.

        A certificate is taken all the same, since nothing that is ordered is refused here: a person sees the fault.
        """
        if rules.makes_certificate(message) or not rules.writes(message):
            return None
        for signature in sealed(message):
            fault = seal_fault(signature, self.parts.intake.registry, call.authority, call.received)
            if fault is not None:
                return Hi1Error(ErrorCode.IMPROPER_VALUE, "Signature", f"{fault.code}: {FAULTS[fault.code][0]}")
        return None

    def _read(self, call: MachineCall) -> Message:
        message = read_sealed(call.body, call.encoding)
        if self.parts.machines.schemas is not None:
            self.parts.machines.schemas.check(call.body, call.encoding)
        return message
