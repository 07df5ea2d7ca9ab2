"""French and German say what English says: every catalogue is compiled from its text, with the same placeholders."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import translations  # noqa: E402 -- a tool, not a package


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_what_the_program_reads_is_what_the_translator_wrote(language):
    assert translations.po_file(language).with_suffix(".mo").read_bytes() == translations.compiled(language)


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_text(language):
    known = translations.existing(language)
    wrong = {str(message.id): list(message.check(known)) for message in known if message.id}
    assert not {text: faults for text, faults in wrong.items() if faults}


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_no_text_for_people_lacks_its_translation(language):
    """After new texts: ``tools/translations.py``, then fill in what it names."""
    assert translations.missing(language) == []
