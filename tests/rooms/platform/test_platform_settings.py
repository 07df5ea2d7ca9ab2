from __future__ import annotations

import pytest

from comity.platform.board import BoardSettings
from comity.platform.errors import Misconfigured
from support.board import RunningBoard


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "short"},
        {"secret": "x" * 40 + "\n"},
        {"base_url": "http://board.example"},
        {"base_url": "http://10.0.0.1:80"},
        {"base_url": "ftp://127.0.0.1"},
        {"base_url": "https://board.example/path"},
        {"public_urls": ("https://user@board.example",)},
    ],
)
def test_unsafe_settings_are_refused(changes: dict[str, object]) -> None:
    given: dict[str, object] = {"base_url": "https://board.example", "secret": "s" * 40, **changes}
    with pytest.raises(Misconfigured) as caught:
        BoardSettings(**given)  # type: ignore[arg-type]
    assert "x" * 40 not in str(caught.value)


def test_the_secret_is_never_shown(board: RunningBoard) -> None:
    settings = BoardSettings.from_file(board.url, board.secret_file, ["board.example"])
    assert board.secret not in repr(settings)
    assert ("board.example", 443) in settings.origins
    assert ("board.example", 80) in settings.origins
    with pytest.raises(Misconfigured):
        BoardSettings.from_file(board.url, board.directory / "none")
