"""What the provider publishes about itself, for whoever asks."""

from __future__ import annotations

from comity.docket.parts import Parts
from comity.docket.publishing import Fact


class ProviderDesk:
    """Anybody's questions about the provider."""

    parts: Parts

    def published(self) -> tuple[Fact, ...]:
        """What the provider must publish and declared; what is missing is the operator's to know (`comity doctor`)."""
        return self.parts.published.declared
