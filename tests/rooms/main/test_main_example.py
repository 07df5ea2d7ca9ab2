"""What ``comity init`` writes for a new operator can be used as it is."""

from __future__ import annotations

from pathlib import Path

from comity.law import parse_provider
from comity.main.house import EXAMPLE, make_keys
from comity.settings import Settings


def test_the_example_profile_is_a_profile_and_keys_are_made_with_it(tmp_path: Path) -> None:
    assert parse_provider(EXAMPLE.encode()).hosts == ("localhost",)
    (tmp_path / "provider.yaml").write_text(EXAMPLE)
    make_keys(Settings(home=tmp_path, provider=tmp_path / "provider.yaml"))
    assert (tmp_path / "keys" / "seal.pem").exists()
