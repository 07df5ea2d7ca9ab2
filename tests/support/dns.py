"""A real DNS server on loopback that knows a few TXT records."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@contextlib.contextmanager
def serving(records: dict[str, str]) -> Iterator[tuple[str, int, list[str]]]:
    """Host, port, and the names that were asked for."""
    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.2)
        stop = threading.Event()

        def answer() -> None:
            while not stop.is_set():
                try:
                    data, peer = server.recvfrom(4096)
                except TimeoutError:
                    continue
                server.sendto(_answer(data, records, asked), peer)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield "127.0.0.1", server.getsockname()[1], asked
        finally:
            stop.set()
            thread.join()


def _answer(data: bytes, records: dict[str, str], asked: list[str]) -> bytes:
    question = dns.message.from_wire(data)
    name = question.question[0].name
    text = name.to_text(omit_final_dot=True).lower()
    asked.append(text)
    reply = dns.message.make_response(question)
    reply.flags |= dns.flags.RA
    if text in records:
        # A key is longer than one string of a record may be.
        pieces = [records[text][place : place + 250] for place in range(0, len(records[text]), 250)]
        quoted = " ".join(f'"{piece}"' for piece in pieces)
        reply.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", [quoted]))
    else:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply.to_wire()
