"""Identifiers in addresses, for every kind of account."""

from __future__ import annotations


class ReferenceConverter:
    """Thirty-two lower-case hexadecimal digits; any other reference does not exist."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value
