"""The portal: the answer is kept, and an officer of the authority fetches it after signing in; that is the proof."""

from __future__ import annotations

from comity.delivery.channels import Outgoing, Proof


class PortalOutbound:
    """Keeps answers for officers. Nothing is sent: a link that anybody could use does not exist."""

    carries = False

    def send(self, outgoing: Outgoing) -> Proof:
        """Nothing leaves."""
        return Proof(delivered=False, said=f"kept for the officers of {outgoing.recipient} to fetch")
