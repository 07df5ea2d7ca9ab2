"""The catalogues of French and German: gather every text for people, merge, compile.

Without an argument: bring ``src/comity/locale/*/LC_MESSAGES/django.po`` up to date with the source and compile them.
``--check``: say what is missing or stale, and change nothing (a test runs this).
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from comity.law.forms import Form

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "comity"
LOCALE = SOURCE / "locale"
LANGUAGES = ("fr", "de")
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_REFUSING = ("docket", "registry", "decision", "transparency", "console", "matching/policy")
"""Rooms whose refusals a person reads on a page."""
_WORDS = re.compile("[a-z]{2}")
_WRONG_FIELD = frozenset({"UnreadableValue", "_fault"})
_MADE = datetime(2026, 11, 23, tzinfo=UTC)
"""A catalogue states no other day: running this twice changes nothing."""
Found = tuple[Path, "str | tuple[str, ...]", "str | None"]


def texts() -> Iterator[Found]:
    """Every text for people in the source, with its file and context; templates are read as Django reads them."""
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        if "templates" not in path.parts and path.suffix != ".py":
            continue
        source = path.read_text(encoding="utf-8")
        if "gettext" not in source and "{%" not in source:
            continue  # reading every word of a file costs a hundred times more than looking for one
        code = source if path.suffix == ".py" else _code(source)
        for _line, message, _comments, context in extract("python", io.BytesIO(code.encode()), _KEYWORDS):
            if message and any(message):
                yield path, message, context


def spoken() -> Iterator[Found]:
    """Sentences that are entered or raised in English and shown translated: of faults, and of refusals from below."""
    faults = SOURCE / "intake" / "faults.py"
    for node in ast.walk(ast.parse(faults.read_text(encoding="utf-8"))):
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
            yield from (
                (faults, str(_plain(one.elts[0])), None) for one in node.value.values if isinstance(one, ast.Tuple)
            )
    yield from _of_forms()
    for room in _REFUSING:
        for path in sorted((SOURCE / room).rglob("*.py")):
            yield from ((path, text, None) for text in _refusals(path))


def _of_forms() -> Iterator[Found]:
    """Labels of the forms for which their source gives no French or German, and what can be wrong in a field."""
    from comity import law
    from comity.law.asking import about_users

    place = SOURCE / "law" / "fieldtypes.py"
    for identifier in ("eu-tco", *sorted(about_users())):
        yield from ((place, label, None) for label in _labels(law.instrument(identifier).order_form.form, law.say))
    for path in (place, SOURCE / "law" / "forms.py", SOURCE / "law" / "datatypes.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _WRONG_FIELD:
                yield from ((path, said, None) for said in map(_plain, node.args[1:3]) if said and " " in said)


def _labels(form: Form, say: Callable[[str, str], str]) -> Iterator[str]:
    """What the law room cannot say in every language; numbers of articles are the same in all."""
    every = (each for section in form.sections for each in (section, *section.fields))
    for one in (each for found in every for each in (found, *getattr(found, "options", ()))):
        lacking = [code for code in LANGUAGES if code not in one.labels and say(one.label, code) == one.label]
        if lacking and _WORDS.search(one.label):
            yield one.label


def _refusals(path: Path) -> Iterator[str]:
    """What failures say: the docstring of each class, and a sentence given where one is raised."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if path.name == "errors.py" and isinstance(node, ast.ClassDef):
            yield ast.get_docstring(node) or ""
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            said = _plain(node.exc.args[0])
            if said is not None and said.endswith("."):
                yield said


def _plain(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _code(source: str) -> str:
    """A template as calls that Python's own reader understands: indentation means nothing there."""
    return "\n".join(line.lstrip() for line in templatize(source).splitlines())


@cache
def template() -> Catalog:
    """What there is to translate."""
    catalog = Catalog(project="Comity", version="", fuzzy=False, creation_date=_MADE)
    for path, message, context in (*texts(), *spoken()):
        if not message:
            continue
        place = (str(path.relative_to(SOURCE)), 0)
        catalog.add(message, locations=[place], context=context)
    return catalog


def existing(language: str) -> Catalog:
    """The catalogue of a language as it stands."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language, project="Comity", version="", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def po_file(language: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def missing(language: str) -> list[str]:
    """Texts of the source that the catalogue lacks, or holds without a translation."""
    known = existing(language)
    lacking = []
    for message in template():
        if not message.id:
            continue
        found = known.get(message.id, message.context)
        words = found.string if found else ""
        if found is None or found.fuzzy or not (all(words) if isinstance(words, tuple) else words):
            lacking.append(str(message.id))
    return lacking


def compiled(language: str) -> bytes:
    """The catalogue as the program reads it."""
    stream = io.BytesIO()
    write_mo(stream, existing(language))
    return stream.getvalue()


def update(language: str) -> None:
    """Merge what is new in the source, forget what has gone, and compile."""
    catalog = existing(language)
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment = "# Comity's texts for people. Apache-2.0, like the rest."
    catalog.revision_date = _MADE
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "Comity"
    path = po_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(stream, catalog, width=120, sort_output=True, omit_header=False, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(language))


def main() -> int:
    """Update, or only look with ``--check``."""
    failed = 0
    for language in LANGUAGES:
        if "--check" not in sys.argv:
            update(language)
        lacking = missing(language)
        failed += len(lacking)
        print(f"{language}: {len(lacking)} texts without a translation")
        for text in lacking[:20]:
            print(f"  {text[:110]!r}")
    return 1 if failed and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
