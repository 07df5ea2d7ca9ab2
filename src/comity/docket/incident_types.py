"""Types of incidents as data: the house's own file, or one that the provider names."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from comity.casefile.clock import InvalidPeriod, Period
from comity.casefile.documents.assessment import Certainty
from comity.docket.errors import DocketRefused
from comity.matching.exchanges.rules import FASTEST, SLOWEST


class UnusableTypes(DocketRefused):
    """The types of incidents cannot be read."""

    code = "incidents.unusable_types"


_MOST_BYTES = 256 * 1024
_Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IncidentType(_Strict):
    """One type, in the words by which people choose it."""

    id: _Word
    label: _Text
    labels: Mapping[str, _Text] = {}
    """Labels in other languages."""
    meaning: _Text
    meanings: Mapping[str, _Text] = {}
    """The meaning in other languages."""
    programme: _Text | None = None
    """The industry programme whose name this is; none: our own word."""
    certainty: Certainty
    source: _Text | None = None

    def named(self, language: str) -> str:
        """The label in a language, else in English."""
        return self.labels.get(language, self.label)

    def meant(self, language: str) -> str:
        """The meaning in a language, else in English."""
        return self.meanings.get(language, self.meaning)


class Types(_Strict):
    """Everything that is configured about incidents."""

    legal_basis: _Text
    """What the temporary bank says its matches are looked at under."""
    confirm_within: str
    """Until when a second person must have looked (ISO 8601 duration)."""
    shortest: str
    longest: str
    """Of one stretch: from a declaration or an extension to the end that it names."""
    pace: int = Field(ge=FASTEST, le=SLOWEST)
    """Seconds from one fetch of an exchange to the next, at most, while an incident lasts."""
    types: tuple[IncidentType, ...] = Field(min_length=1, max_length=60)

    @field_validator("confirm_within", "shortest", "longest")
    @classmethod
    def _a_length(cls, value: str) -> str:
        try:
            Period.parse(value)
        except InvalidPeriod as error:
            raise ValueError(str(error)) from error
        return value

    @model_validator(mode="after")
    def _once(self) -> Types:
        names = [one.id for one in self.types]
        if len(set(names)) != len(names):
            message = "an identifier names two types"
            raise ValueError(message)
        return self

    def named(self, identifier: str) -> IncidentType | None:
        """The type of that identifier; nothing where it is configured no more."""
        return next((one for one in self.types if one.id == identifier), None)


def parse(text: str) -> Types:
    """Read types from YAML; raises ``UnusableTypes`` naming the field, and nothing else."""
    try:
        raw: Any = yaml.safe_load(text)
        return Types.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise UnusableTypes(f"{'.'.join(map(str, first['loc'])) or 'file'}: {first['msg']}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnusableTypes("the file of incident types is not YAML") from error


def from_file(path: Path) -> Types:
    """The provider's own file; raises ``UnusableTypes``."""
    try:
        with path.open("rb") as file:
            body = file.read(_MOST_BYTES + 1)
        if len(body) > _MOST_BYTES:
            raise UnusableTypes(f"{path} is longer than {_MOST_BYTES} bytes")
        return parse(body.decode("utf-8"))
    except OSError as error:
        raise UnusableTypes(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnusableTypes(f"{path} is not UTF-8") from error


@functools.cache
def ours() -> Types:
    """The types that come with the house."""
    return parse((resources.files("comity.docket") / "incident_types.yaml").read_text(encoding="utf-8"))
