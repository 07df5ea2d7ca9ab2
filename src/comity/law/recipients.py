"""Who is told of a threat to life, by Member State, as far as our sources name anybody. No address is law."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources

import yaml
from pydantic import ValidationError, field_validator

from comity.casefile.documents.assessment import Certainty
from comity.law.errors import BrokenLawError
from comity.law.model import Strict, Text
from comity.law.states import MEMBER_STATES


class Named(Strict):
    """A body that our sources name, and how well that was checked."""

    name: Text
    citation: Text
    certainty: Certainty
    source: Text | None = None


class OfState(Strict):
    """Whom to tell in one Member State; nothing where our sources name nobody."""

    state: Named | None = None
    """For criminal matters (2021/784 Art 14(5), 2022/2065 Art 18)."""
    home_contact: Named | None = None
    """The contact point of 2021/784 Art 12(2)."""


class Recipients(Strict):
    """``recipients.yaml``: every Member State has a row, so that a missing one cannot go unseen."""

    version: Text
    europol: Named
    states: Mapping[str, OfState]

    @field_validator("states")
    @classmethod
    def _every_state(cls, value: Mapping[str, OfState]) -> Mapping[str, OfState]:
        if set(value) != MEMBER_STATES:
            message = f"every Member State has one row: {', '.join(sorted(set(value) ^ MEMBER_STATES))}"
            raise ValueError(message)
        return value


def parse(text: str) -> Recipients:
    """Read the file; raises ``BrokenLawError`` and nothing else."""
    try:
        return Recipients.model_validate(yaml.safe_load(text))
    except ValidationError as error:
        first = error.errors()[0]
        message = f"recipients.yaml: {'.'.join(map(str, first['loc'])) or 'file'}: {first['msg']}"
        raise BrokenLawError(message) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = "recipients.yaml is not YAML"
        raise BrokenLawError(message) from error


@functools.cache
def recipients() -> Recipients:
    """The file on the shelf."""
    folder = resources.files("comity.law.instruments") / "eu_tco"
    return parse((folder / "recipients.yaml").read_text(encoding="utf-8"))
