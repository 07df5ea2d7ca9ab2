"""Commands of an authority about what was packed for it: the manifest, and the bytes in pieces. Others' packages do not
exist for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.documents.base import Json
from comity.casefile.documents.collection import DisclosurePackage
from comity.docket import store
from comity.docket.cases import CaseDesk
from comity.docket.disclosures import packing
from comity.docket.disclosures.errors import NoSuchPackage, RangeRefused
from comity.docket.disclosures.packing import Packed
from comity.docket.errors import NoSuchCase
from comity.execution.disclosure import pulling
from comity.execution.disclosure.errors import NotAvailable, UnsatisfiableRange
from comity.execution.disclosure.models import PackageRow
from comity.execution.disclosure.pulling import Span


@dataclass(frozen=True)
class Fetched:
    """A package, or a piece of it."""

    name: str
    size: int
    sha256: str
    span: Span | None
    """Nothing: the whole."""
    chunks: Iterator[bytes]


class PackageDesk(CaseDesk):
    """What an authority may fetch."""

    def packages_of(self, authority: str, reference: str) -> tuple[Packed, ...]:
        """What lies ready for this authority in this case of its own."""
        if not store.belongs(reference, authority):
            raise NoSuchCase
        row = store.case(reference)
        return tuple(one for one in packing.packages(reference) if not packing.hidden(row, one.package))

    def package_manifest(self, authority: str, package: str) -> Json:
        """The manifest of a package (Implementing Regulation (EU) 2025/1550, annex 3.3.3)."""
        row = self._available(authority, package)
        made = audit.find(row.entry.hex, DisclosurePackage).document
        return pulling.manifest(
            made,
            sender=self.parts.provider.legal_name,
            recipient=authority,
            reference=store.case(made.case).reference,
            means="fetched from the provider",
        )

    def fetch_package(self, authority: str, package: str, ranges: str | None, *, by: str) -> Fetched:
        """The bytes of a package or of the piece that ``ranges`` (a Range header) names; who fetches is entered."""
        row = self._available(authority, package)
        try:
            wanted = pulling.span(ranges, row.size)
        except UnsatisfiableRange as error:
            raise RangeRefused(f"{RangeRefused.__doc__} {error}") from error
        chunks = pulling.fetch(
            package, authority, wanted, self.parts.vault, lambda: self.parts.work(f"authority:{authority}"), by=by
        )
        return Fetched(row.name, row.size, row.exhibit, wanted, chunks)

    def _available(self, authority: str, package: str) -> PackageRow:
        """The same refusal for what is absent, another's, or over."""
        try:
            found = pulling.available(package, authority, self.parts.clock.now())
        except NotAvailable as error:
            raise NoSuchPackage from error
        if packing.hidden(store.case(found.case_id.hex), package):
            raise NoSuchPackage
        return found
