"""Paper: a person prints the sealed form, sends it, and confirms; that confirmation, with a name, is the proof."""

from __future__ import annotations

from comity.delivery.channels import Outgoing, Proof


class PaperOutbound:
    """Waits for a person."""

    carries = False

    def send(self, outgoing: Outgoing) -> Proof:
        """Nothing leaves by itself."""
        return Proof(delivered=False, said=f"to be printed and sent to {' '.join(outgoing.recipient.split())[:200]}")
