"""How the banks stand: a file that the keeper replaces whole and every serving process reads when it changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comity.casefile.clock import Instant
from comity.matching.index.files import whole
from comity.matching.serving.errors import NotLoaded
from comity.matching.serving.places import BANKS
from comity.matching.signals import TYPES


@dataclass(frozen=True)
class ServedBank:
    """What a look-up needs to know of a bank."""

    name: str
    number: int
    version: int
    enabled: bool = True
    ratio: float = 1.0
    negative: bool = False
    shadow: bool = False
    thresholds: Mapping[str, float] = field(default_factory=dict)
    expires_at: float | None = None
    """Seconds since 1970, when the bank as a whole stops matching."""

    def in_force(self, second: float) -> bool:
        """Whether anything of it matches now."""
        return self.enabled and (self.expires_at is None or second < self.expires_at)

    def threshold(self, kind: str, wanted: float | None) -> float:
        """In force for one look-up: the caller's, else the bank's, else the type's."""
        if wanted is not None:
            return wanted
        return self.thresholds.get(kind, TYPES[kind].threshold)


@dataclass(frozen=True)
class Standing:
    """What is said of one item beyond that it is listed."""

    off: bool = False
    off_until: float | None = None
    """Switched off until this second, or, where there is none and ``off``, until somebody switches it on."""
    held: bool = False
    """It suddenly matched much; a person looks first."""
    expires_at: float | None = None

    def in_force(self, second: float) -> bool:
        """Whether it matches now."""
        switched_off = self.off and (self.off_until is None or second < self.off_until)
        return not (switched_off or self.held or (self.expires_at is not None and second >= self.expires_at))


@dataclass(frozen=True)
class Snapshot:
    """All banks, and the items that are not plainly in force."""

    version: int
    generation: str
    banks: Mapping[int, ServedBank]
    items: Mapping[int, Standing]
    rules: Any = None

    def bank_named(self, name: str) -> ServedBank | None:
        """The bank of this name."""
        return next((bank for bank in self.banks.values() if bank.name == name), None)

    def widest(self, kind: str, wanted: float | None) -> float:
        """The greatest threshold in force."""
        return max((bank.threshold(kind, wanted) for bank in self.banks.values()), default=TYPES[kind].threshold)


def write(folder: Path, content: Mapping[str, Any]) -> None:
    """Put it in force for every process at once."""
    with whole(folder / BANKS) as file:
        file.write(json.dumps(content, ensure_ascii=False).encode())


class Followed:
    """The newest snapshot, read again when the file was replaced."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / BANKS
        self._seen: tuple[int, int] | None = None
        self._read: Snapshot | None = None

    def now(self) -> Snapshot:
        """How the banks stand. Raises ``NotLoaded`` before the keeper has said so."""
        try:
            status = self._path.stat()
            seen = (status.st_ino, status.st_mtime_ns)
            if seen != self._seen or self._read is None:
                self._read, self._seen = parsed(json.loads(self._path.read_bytes())), seen
        except FileNotFoundError:
            raise NotLoaded from None
        return self._read


def parsed(content: Mapping[str, Any]) -> Snapshot:
    """A snapshot as the keeper wrote it: what ``banks.store.snapshot`` gives, and the folder's generation."""
    banks = [_bank(bank) for bank in content["banks"]]
    return Snapshot(
        version=int(content["position"]),
        generation=str(content["generation"]),
        banks={bank.number: bank for bank in banks},
        items={int(item): _standing(said) for item, said in content["items"].items()},
        rules=content.get("rules"),
    )


def _standing(said: Mapping[str, Any]) -> Standing:
    return Standing(
        off=bool(said.get("off")),
        off_until=_second(said.get("off_until")),
        held=bool(said.get("quarantined")),
        expires_at=_second(said.get("expires_at")),
    )


def _bank(bank: Mapping[str, Any]) -> ServedBank:
    return ServedBank(
        name=str(bank["name"]),
        number=int(bank["number"]),
        version=int(bank["version"]),
        enabled=bool(bank.get("enabled", True)),
        ratio=float(bank.get("enabled_ratio", 1.0)),
        negative=bool(bank.get("negative", False)),
        shadow=bool(bank.get("shadow", False)),
        thresholds={kind: float(value) for kind, value in bank.get("thresholds", {}).items()},
        expires_at=_second(bank.get("expires_at")),
    )


def _second(text: str | None) -> float | None:
    return None if text is None else Instant.parse(text).utc.timestamp()
