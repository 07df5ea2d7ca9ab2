"""The nouns of the house: frozen documents with one canonical encoding (RFC 8785). Pure; they know only the clock."""

from comity.casefile.documents.base import Document, Json, MalformedDocument, Value, commitment
from comity.casefile.documents.identifiers import new_id, new_salt

__all__ = ["Document", "Json", "MalformedDocument", "Value", "commitment", "new_id", "new_salt"]
