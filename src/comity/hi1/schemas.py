"""The standard's own schemas, where an operator has installed them: XML Schema files, JSON Schema files, or both.

ETSI's files are not ours to ship. They are read once, from one folder, and nothing outside of it is ever fetched: a
schema that names another which is not there cannot be used. Without a folder nothing is compared with a schema, and the
rules of this room stand alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from comity.hi1.errors import ErrorCode, Hi1Error
from comity.hi1.hardened import ETSI
from comity.hi1.message import Encoding

_CORE = f"{ETSI}2019/10/Core"
_ROOT = "HI1Message"
_MOST_FILES = 200
_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"


class UnusableSchemas(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The folder holds no schema of HI-1 that can be used."""


class Schemas:
    """The schemas of one folder, ready to compare messages with."""

    def __init__(self, xml: Any, of_json: Any) -> None:
        self._xml, self._json = xml, of_json

    @classmethod
    def load(cls, folder: Path) -> Schemas:
        """Read every ``.xsd`` and ``.json`` under ``folder``; raises ``UnusableSchemas`` and nothing else."""
        try:
            files = sorted(path for path in folder.rglob("*") if path.suffix in (".xsd", ".json"))[:_MOST_FILES]
            xml = _xml_schema([path for path in files if path.suffix == ".xsd"], folder)
            of_json = _json_schema([path for path in files if path.suffix == ".json"])
        except OSError as error:
            raise UnusableSchemas(f"{folder}: {error.strerror}") from error
        if xml is None and of_json is None:
            raise UnusableSchemas(f"{folder} holds no schema with the element {_ROOT}")
        return cls(xml, of_json)

    def check(self, data: bytes, encoding: Encoding) -> None:
        """Compare a message that was read before; raises ``Hi1Error`` (3020) naming the first thing that differs.

        Where the folder holds no schema for its encoding the message is refused (3019): what cannot be compared, where
        comparing was asked for, is not taken.
        """
        held = self._xml if encoding is Encoding.XML else self._json
        if held is None:
            why = "no schema for this encoding is installed"
            raise Hi1Error(ErrorCode.ENCODING, "message", why)
        (_check_xml if encoding is Encoding.XML else _check_json)(held, data)


def _parser() -> Any:
    from lxml import etree  # noqa: PLC0415 -- only who sets schemas pays for it

    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _xml_schema(files: Iterable[Path], folder: Path) -> Any:
    """The schema of the Core namespace with all that it imports, from this folder alone."""
    from lxml import etree  # noqa: PLC0415 -- only who sets schemas pays for it

    for path in files:
        parser = _parser()
        parser.resolvers.add(_inside(folder.resolve()))
        try:
            tree = etree.parse(str(path), parser)
            named = {element.get("name") for element in tree.getroot().findall(f"{_SCHEMA}element")}
            if tree.getroot().get("targetNamespace") == _CORE and _ROOT in named:
                return etree.XMLSchema(tree)
        except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
            raise UnusableSchemas(f"{path.name}: {' '.join(str(error).split())[:300]}") from error
    return None


def _inside(folder: Path) -> Any:
    """A resolver that opens files of this folder and nothing else."""
    from lxml import etree  # noqa: PLC0415 -- only who sets schemas pays for it

    class Inside(etree.Resolver):  # type: ignore[misc, unused-ignore]  # lxml ships no types
        def resolve(self, system_url: str, _public_id: str, context: Any) -> Any:
            path = Path(system_url.removeprefix("file://"))
            if "://" in system_url.removeprefix("file://") or not path.resolve().is_relative_to(folder):
                path = folder / Path(system_url).name
            if not path.is_file():
                raise UnusableSchemas(f"{path.name} is named by a schema and is not there")
            return self.resolve_string(path.read_bytes(), context, base_url=str(path))

    return Inside()


def _check_xml(schema: Any, data: bytes) -> None:
    from lxml import etree  # noqa: PLC0415 -- only who sets schemas pays for it

    try:
        tree = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise Hi1Error(ErrorCode.VALIDATION, "message", " ".join(str(error).split())[:200]) from error
    if not schema.validate(tree):
        first = schema.error_log[0]
        raise Hi1Error(ErrorCode.VALIDATION, f"line {first.line}", " ".join(first.message.split())[:200])


def _json_schema(files: Iterable[Path]) -> Any:
    found: dict[str, Any] = {}
    for path in files:
        try:
            held = json.loads(path.read_bytes())
        except ValueError as error:
            raise UnusableSchemas(f"{path.name} is not JSON") from error
        if isinstance(held, dict):
            found[str(held.get("$id") or path.stem)] = held
    roots = [held for held in found.values() if _ROOT in (held.get("properties") or {})]
    if not roots:
        return None
    try:
        from jsonschema import Draft202012Validator  # noqa: PLC0415 -- the same
        from referencing import Registry, Resource  # noqa: PLC0415 -- the same
        from referencing.jsonschema import DRAFT202012  # noqa: PLC0415 -- the same
    except ImportError as error:
        message = "JSON schemas are there, and the package jsonschema is not installed"
        raise UnusableSchemas(message) from error
    held_here = [(name, Resource.from_contents(held, DRAFT202012)) for name, held in found.items()]
    return Draft202012Validator(roots[0], registry=Registry().with_resources(held_here))


def _check_json(schema: Any, data: bytes) -> None:
    try:
        first = next(iter(schema.iter_errors(json.loads(data))), None)
    except Exception as error:  # a schema that names another which is not there
        raise Hi1Error(ErrorCode.CONFIGURATION, "message", "the installed schemas are not whole") from error
    if first is not None:
        where = ".".join(str(part) for part in cast("Iterable[object]", first.absolute_path)) or "message"
        raise Hi1Error(ErrorCode.VALIDATION, where[-200:], str(first.message)[:200])
