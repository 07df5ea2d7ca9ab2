"""How many witnesses must have cosigned a checkpoint before it proves anything to us.

Told once a process by the composition root, before any work; an effect outside waits for so many. Without a policy
our own signature is enough, and whoever held both our machine and our keys could show two histories.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.casefile.audit.cosignature import WitnessKey
from comity.casefile.audit.errors import PolicyImpossible


@dataclass(frozen=True, slots=True)
class Policy:
    """``required`` of these witnesses, whichever of their keys they use."""

    required: int = 0
    keys: tuple[WitnessKey, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a policy that no checkpoint could ever satisfy."""
        if not 0 <= self.required <= len(self.names):
            raise PolicyImpossible(f"{self.required} of {len(self.names)} witnesses.")

    @property
    def names(self) -> frozenset[str]:
        """The witnesses, each once however many keys it has."""
        return frozenset(key.name for key in self.keys)

    @property
    def key_ids(self) -> list[bytes]:
        """By which their cosignatures are found."""
        return [key.key_id for key in self.keys]


class _Standing:
    """What this process was told."""

    policy = Policy()


_standing: Final = _Standing()


def require(policy: Policy) -> None:
    """From now on, in this process, only such checkpoints prove."""
    _standing.policy = policy


def policy() -> Policy:
    """What this process was told to require."""
    return _standing.policy
