"""The one resolver that we ask for mail's keys and policies: named by the operator, asked for TXT records alone."""

from __future__ import annotations

import dns.exception
import dns.name
import dns.resolver

_SECONDS = 2.0
_MOST_RECORDS = 10
_LONGEST = 4_096


class DnsResolver:
    """Asks one server. What does not exist is no record; what is not answered raises ``OSError``."""

    def __init__(self, host: str, port: int = 53, seconds: float = _SECONDS) -> None:
        """``host``: the address of a resolver of the provider's own."""
        self._resolver = dns.resolver.Resolver(configure=False)
        self._resolver.nameservers = [host]
        self._resolver.port = port
        self._resolver.lifetime = seconds

    @classmethod
    def parse(cls, address: str) -> DnsResolver:
        """From ``host`` or ``host:port``; raises ``ValueError``."""
        host, _, port = address.rpartition(":") if address.count(":") == 1 else (address, "", "53")
        return cls(host, int(port))

    def __call__(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name, each joined to one text."""
        try:
            answer = self._resolver.resolve(f"{name}.", "TXT", raise_on_no_answer=False)
        except (dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
            return ()
        except dns.exception.DNSException as error:
            raise ConnectionError(type(error).__name__) from error
        rows = list(answer.rrset or ())[:_MOST_RECORDS]
        return tuple(b"".join(row.strings).decode("utf-8", "replace")[:_LONGEST] for row in rows)
