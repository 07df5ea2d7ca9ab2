"""Messages compared with installed schemas: small ones of our own stand for ETSI's, which are not ours to ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.hi1 import ErrorCode, Hi1Error
from comity.hi1.message import Encoding
from comity.hi1.schemas import Schemas, UnusableSchemas
from support.hi1 import message

CORE = "http://uri.etsi.org/03120/common/2019/10/Core"
XSD = f"""<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:c="{CORE}" targetNamespace="{CORE}"
 elementFormDefault="qualified"><xs:include schemaLocation="parts.xsd"/>
 <xs:element name="HI1Message"><xs:complexType><xs:sequence>
  <xs:element name="Header" type="c:Header"/><xs:any processContents="skip"/></xs:sequence></xs:complexType>
 </xs:element>
</xs:schema>"""
PARTS = f"""<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{CORE}" elementFormDefault="qualified">
 <xs:complexType name="Header"><xs:sequence>
  <xs:element name="SenderIdentifier"/><xs:element name="ReceiverIdentifier"/>
  <xs:element name="TransactionIdentifier"><xs:simpleType>
   <xs:restriction base="xs:string"><xs:pattern value="c02358b2.*"/></xs:restriction></xs:simpleType></xs:element>
  <xs:element name="Timestamp"/><xs:element name="Version"/></xs:sequence></xs:complexType>
</xs:schema>"""
JSON = {
    "$id": "ts_103120_Core_2019_10",
    "type": "object",
    "properties": {"HI1Message": {"$ref": "parts#/$defs/message"}},
    "required": ["HI1Message"],
}
JSON_PARTS = {
    "$id": "parts",
    "$defs": {
        "message": {
            "properties": {"Header": {"properties": {"TransactionIdentifier": {"pattern": "^c02358b2"}}}},
            "required": ["Header"],
        }
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "core.xsd").write_text(XSD)
    (tmp_path / "parts.xsd").write_text(PARTS)
    (tmp_path / "core.json").write_text(json.dumps(JSON))
    (tmp_path / "parts.json").write_text(json.dumps(JSON_PARTS))
    return tmp_path


@pytest.mark.parametrize("encoding", list(Encoding))
def test_a_message_that_fits_passes_and_another_is_refused_with_its_place(folder: Path, encoding: Encoding) -> None:
    schemas = Schemas.load(folder)
    schemas.check(message(encoding=encoding), encoding)
    other = message(encoding=encoding).replace(b"c02358b2", b"ffffffff")
    with pytest.raises(Hi1Error) as refused:
        schemas.check(other, encoding)
    assert refused.value.number is ErrorCode.VALIDATION
    assert "TransactionIdentifier" in f"{refused.value.field} {refused.value.why}"


def test_what_cannot_be_compared_is_not_taken(folder: Path) -> None:
    for file in folder.glob("*.json"):
        file.unlink()
    with pytest.raises(Hi1Error) as refused:
        Schemas.load(folder).check(message(encoding=Encoding.JSON), Encoding.JSON)
    assert refused.value.number is ErrorCode.ENCODING


def test_a_schema_that_names_another_which_is_not_there_cannot_be_used(folder: Path) -> None:
    (folder / "parts.json").unlink()
    with pytest.raises(Hi1Error) as refused:
        Schemas.load(folder).check(message(encoding=Encoding.JSON), Encoding.JSON)
    assert refused.value.number is ErrorCode.CONFIGURATION
    (folder / "parts.xsd").unlink()
    with pytest.raises(UnusableSchemas):
        Schemas.load(folder)


@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:1/parts.xsd", "/etc/passwd", "../outside.xsd"])
def test_nothing_outside_the_folder_is_read(folder: Path, elsewhere: str) -> None:
    inside = folder / "schemas"
    inside.mkdir()
    (folder / "outside.xsd").write_text(PARTS)
    (inside / "core.xsd").write_text(XSD.replace("parts.xsd", elsewhere))
    with pytest.raises(UnusableSchemas):
        Schemas.load(inside)


@pytest.mark.parametrize(
    ("name", "text"), [("a.xsd", "<xs:schema"), ("a.json", "{"), ("a.json", "[]"), ("a.txt", ""), ("a.xsd", "<a/>")]
)
def test_a_folder_without_a_schema_of_hi1_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UnusableSchemas):
        Schemas.load(tmp_path)


def test_a_schema_cannot_bring_entities(folder: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    (folder / "core.xsd").write_text(XSD.replace("<xs:schema", bomb + "<xs:schema", 1).replace('"Header"', '"&b;"', 1))
    with pytest.raises(UnusableSchemas):
        Schemas.load(folder)
