"""The night, with another platform than the board."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Server
from comity.docket.parts import Parts
from comity.main.platforms import quoted
from comity.platform.board import Board, BoardSettings
from comity.settings import Settings
from support.night import Night


class _NoBoard:
    """Where the night expects its board there is none."""

    def adapter(self, **_: Any) -> Board:
        return Board(BoardSettings("http://127.0.0.1:9", "s" * 40))


class MatrixNight(Night):
    """``platform`` is content and messages."""

    def __init__(self, server: Server, platform: Any, folder: Path, clock: FixedClock) -> None:
        self.platform = platform
        super().__init__(server, _NoBoard(), folder, clock)  # type: ignore[arg-type]

    def _parts(self) -> Parts:
        parts = super()._parts()
        mine = parts.provider.model_copy(update={"hosts": ("chat.example", "matrix.chat.example", "localhost")})
        provider = quoted(mine, Settings(platform="synapse"))
        intake = dataclasses.replace(parts.intake, provider=provider)
        platform = {"content": self.platform, "messages": self.platform}
        return dataclasses.replace(parts, provider=provider, intake=intake, **platform)
