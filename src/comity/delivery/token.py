"""The seal's key in a PKCS #11 token: a hardware module, a smart card, or SoftHSM. The key never leaves it.

Named by a URI (RFC 7512): ``pkcs11:token=NAME;object=LABEL?module-path=/usr/lib/…/module.so&pin-source=/path/of/pin``.
Key and certificate bear the same label. The PIN comes from a file that its owner alone can read. What the token does
not do now it may do later: ``SealAway``, and the answer waits. An unsealed answer is never made.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from comity.casefile.records.private import read_private
from comity.delivery.errors import SealAway, UnsafeSetting

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

SCHEME = "pkcs11:"


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where the key is and who opens it."""

    token: str
    object: str
    module: Path
    pin: Path

    @classmethod
    def parse(cls, uri: str) -> TokenPlace:
        """Read the URI; raises ``UnsafeSetting`` for anything else than exactly these four parts."""
        parts = urlsplit(uri)
        named = dict(pair.split("=", 1) for pair in parts.path.split(";") if "=" in pair)
        asked = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        if parts.scheme != "pkcs11" or parts.fragment or set(named) != {"token", "object"}:
            raise UnsafeSetting(
                "the seal's token is named as pkcs11:token=NAME;object=LABEL?module-path=…&pin-source=…"
            )
        if set(asked) != {"module-path", "pin-source"}:
            raise UnsafeSetting(
                "the token's module-path and pin-source are needed, and nothing else; the PIN is in a file"
            )
        pin = Path(asked["pin-source"].removeprefix("file:"))
        return cls(unquote(named["token"]), unquote(named["object"]), Path(asked["module-path"]), pin)


class TokenKey:
    """Opens the token for each seal, one at a time, so that a card pulled out or put back is noticed at once."""

    def __init__(self, place: TokenPlace) -> None:
        self._place = place
        self._one_at_a_time = threading.Lock()
        self._refused: bytes | None = None

    @contextmanager
    def signing(self) -> Iterator[Signer]:
        """A signer while the token is open. Raises ``SealAway``, also when it goes away while it signs."""
        try:
            import pkcs11  # noqa: PLC0415 -- the extra `pkcs11`
            from pyhanko.sign.pkcs11 import PKCS11Signer  # noqa: PLC0415 -- the same
        except ImportError as error:
            raise SealAway("the package python-pkcs11 is not installed: pip install 'comity[pkcs11]'") from error
        with self._one_at_a_time:
            try:
                with self._opened(pkcs11) as session:
                    label = self._place.object
                    # Digests are made here: few tokens know a mechanism for each pair of key and digest.
                    signer = PKCS11Signer(session, key_label=label, cert_label=label, use_raw_mechanism=True)
                    self._look(signer)
                    yield signer
            except pkcs11.PKCS11Error as error:
                raise SealAway(self._said(pkcs11, error)) from error

    def _look(self, signer: Signer) -> None:
        from pyhanko.sign.general import SigningError  # noqa: PLC0415 -- costs a second, needed with a token only

        try:
            found = signer.signing_cert
        except SigningError as error:
            raise SealAway(f"the token holds no key and certificate {self._place.object}") from error
        if found is None:
            raise SealAway(f"the token holds no certificate {self._place.object}")

    def _opened(self, pkcs11: Any) -> Any:
        pin = self._pin()
        if hashlib.sha256(pin).digest() == self._refused:
            raise SealAway(
                "the token refused this PIN; it is not tried again, lest the token locks: mend the PIN's file"
            )
        try:
            library = pkcs11.lib(str(self._place.module))
        except (RuntimeError, OSError) as error:  # theirs is a RuntimeError too
            raise SealAway(f"the module {self._place.module.name} cannot be loaded") from error
        library.reinitialize()  # a token put in since, or a process forked since
        try:
            return library.get_token(token_label=self._place.token).open(user_pin=pin.decode("utf-8"))
        except (pkcs11.PinIncorrect, pkcs11.PinLocked):
            self._refused = hashlib.sha256(pin).digest()
            raise

    def _pin(self) -> bytes:
        try:
            return read_private(self._place.pin).strip()
        except OSError as error:
            raise SealAway(f"the PIN's file cannot be used: {error.strerror or error}") from error

    def _said(self, pkcs11: Any, error: Exception) -> str:
        if isinstance(error, pkcs11.NoSuchToken | pkcs11.TokenNotPresent | pkcs11.DeviceRemoved):
            return f"the token {self._place.token} is not there"
        if isinstance(error, pkcs11.PinLocked | pkcs11.PinIncorrect | pkcs11.UserPinNotInitialized):
            return f"the token {self._place.token} is locked or refused the PIN"
        return f"the token {self._place.token} failed: {type(error).__name__}"
