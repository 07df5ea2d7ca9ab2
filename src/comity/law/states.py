"""The Member States of the Union, by ISO 3166-1 alpha-2. Union practice writes EL for Greece; both are read."""

MEMBER_STATES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 -- reads better
)
_ALIASES = {"EL": "GR"}


def state_code(text: object) -> str | None:
    """The alpha-2 code that a field holds, upper case, ``EL`` read as ``GR``; ``None`` if it holds none."""
    if not isinstance(text, str):
        return None
    code = text.strip().upper()
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        return None
    return _ALIASES.get(code, code)
