"""Nothing in an order is ever fetched: no connection is made to where its links point, whatever they look like."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from comity.docket.procedure import Status
from support import orders
from support.failing import House

_watched: list[list[Any]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo"} and _watched:
        _watched[-1].append(arguments[1] if event == "socket.connect" else arguments[:2])


sys.addaudithook(_hook)


@pytest.fixture
def connections() -> Iterator[list[Any]]:
    """Every address that this process connects to, or asks the name service about."""
    _watched.append([])
    yield _watched[-1]
    _watched.pop()


class Trap:
    """Something inside the provider's network that nobody may reach."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.visitors = 0
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            visitor, _ = self._socket.accept()
            first = visitor.recv(4)
            visitor.close()
            if first == b"stop":
                return
            self.visitors += 1

    def close(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"stop")
        self._thread.join()
        self._socket.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.close()


def _links(port: int) -> list[str]:
    return [
        f"http://127.0.0.1:{port}/admin",
        f"http://localhost:{port}/admin",
        f"http://2130706433:{port}/",
        f"http://0x7f.1:{port}/",
        f"http://127.1:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        f"http://board.example@127.0.0.1:{port}/posts/1",
        f"http://board.example.:{port}/",
        f"http://127.0.0.1:{port}\\@board.example/",
        f"https://board.example/redirect?to=http://127.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.google.internal/computeMetadata/v1/",
        "http://[fd00:ec2::254]/latest/",
        f"gopher://127.0.0.1:{port}/_x",
        f"ftp://127.0.0.1:{port}/x",
        "file:///etc/passwd",
        "//127.0.0.1/x",
    ]


def _foreign(made: list[Any], house: House) -> list[Any]:
    """Connections that are not to the board, nor to the database's socket in a folder."""
    return [one for one in made if not isinstance(one, str) and one[:2] != ("127.0.0.1", house.board.port)]


def test_a_link_into_the_providers_network(house: House, trap: Trap, connections: list[Any]) -> None:
    links = _links(trap.port)
    case = house.ordered(
        "ruled",
        house.publish(),
        content_locations=[{"url": link, "additional_info": link} for link in links],
        redress__legal_link=links[0],
        followup__issuer_contact=links[1],
        issuer__email=links[0],
    )
    house.run(case)
    assert house.status(case) is Status.WAITING
    assert _foreign(connections, house) == []
    assert trap.visitors == 0


@pytest.mark.parametrize("place", [0, 6, 10])
def test_not_even_when_a_person_orders_it_to_be_carried_out(
    house: House, trap: Trap, connections: list[Any], place: int
) -> None:
    link = _links(trap.port)[place]
    case = house.ordered("other", link)
    house.run(case)
    house.decide(case, "comply", (link,))
    house.run(case)
    assert house.status(case) is Status.WAITING, "an act that cannot be done comes back to a person"
    assert _foreign(connections, house) == []
    assert trap.visitors == 0


def test_a_document_that_wants_to_call_home_calls_nobody(house: House, trap: Trap, connections: list[Any]) -> None:
    home = f"http://127.0.0.1:{trap.port}/home"
    action = f"<< /S /URI /URI ({home}) >>"
    pdf = orders.as_fields_pdf(orders.order(), catalog=f"/OpenAction {action} /AA << /WC {action} >>")
    kept = house.mail(orders.mail(pdf, message_id="<home@authority.example>"), "orders@authority.example")
    assert kept
    house.work_on()
    assert _foreign(connections, house) == []
    assert trap.visitors == 0
