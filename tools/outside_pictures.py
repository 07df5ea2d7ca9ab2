"""Photograph what outsiders see: the overseer's room and the public page about the log; for ``tools/screenshots.py``.

A whole house in a temporary folder with a witness and a time-stamping authority of its own, and an overseer enrolled by
the ordinary way: a picture never contains a real case.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pictures

ADDRESS = "noor@dpa.example"


def photograph(server: Any, folder: Path, looks: dict[str, dict[str, Any]], *, docs: bool) -> None:
    """Start the house and both doors, come in, take the pictures. Django is set up and points at ``server``."""
    from playwright.sync_api import sync_playwright

    from support.board import RunningBoard, free_port
    from support.keyboard import apart
    from support.live import ARGUMENTS, CHROMIUM

    with tempfile.TemporaryDirectory() as place, ExitStack() as held:
        board = RunningBoard(Path(place) / "board", free_port(), seed=5).start()
        held.callback(board.stop)
        house = apart(lambda: _House(server, board, Path(place)))
        held.callback(lambda: apart(house.close))
        apart(house.vouch)
        play = held.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        _room(house, browser, folder, looks, docs=docs)
        _log(house, browser, folder, looks, docs=docs)
        browser.close()


class _House:
    """Three orders: one waits for a person, one was carried out by a rule, about one silence is kept."""

    def __init__(self, server: Any, board: Any, folder: Path) -> None:
        from comity.casefile.clock import FixedClock, Instant
        from comity.docket import store
        from support.night import Night
        from support.stamper import Stamper
        from support.watch import Watch
        from support.witness import RunningWitness

        (folder / "house").mkdir()
        clock = FixedClock(Instant.parse("2026-11-23T11:00:00Z"))
        self.night = Night(server, board, folder / "house", clock)
        self.watch = Watch.begin(self.night)
        self.watch.order(self.night.publish())
        self.watch.rule("api")
        self.watch.order(self.night.publish())
        self.watch.order(self.night.publish(), nondisclosure=True)
        self.case = store.by_number(2).id.hex
        self.witness = RunningWitness(folder / "witness", [key.encode() for key in self.night.keys.verifiers])
        self.stamper = Stamper(folder / "stamper")

    def vouch(self) -> None:
        """The log is stamped and cosigned, and published with both."""
        import psycopg

        from comity.casefile.audit.policy import require
        from comity.casefile.audit.stamps import Chain, Stamping
        from comity.casefile.audit.witnesses import Asking, parse_places, policy_of
        from comity.casefile.records.roles import Role

        night, places = self.night, parse_places(self.witness.setting)
        night.wait_for_the_log()
        Stamping(self.stamper.url, Chain.parse(self.stamper.chain), night.clock, night.parts.tiles).step()
        night.wait_for_the_log()
        asking = Asking(lambda: psycopg.connect(**night.server.parameters(Role.SEQUENCER)), places[0])
        with psycopg.connect(**night.server.parameters(Role.SEQUENCER), autocommit=True) as connection:
            asking.step(connection)
        asking.close()
        require(policy_of(places, 1))
        checkpoint = night.parts.tiles / "checkpoint"
        night._until(lambda: b"witness.example/w1" in checkpoint.read_bytes())  # noqa: SLF001 -- its own patience

    def codes(self) -> tuple[str, str]:
        """Both halves of the code that enrols an overseer."""
        from support.portal import OVERSEER_NUMBER, overseer_codes

        docket, staff = self.night.docket, self.watch.staff
        told = {"body": "Data protection authority", "name": "Noor Haddad", "address": ADDRESS}
        return overseer_codes(docket, staff, docket.propose_overseer(staff.anna, **told, number=OVERSEER_NUMBER))

    def close(self) -> None:
        """End everything."""
        from comity.casefile.audit.policy import Policy, require

        require(Policy())
        self.stamper.close()
        self.witness.stop()
        self.night.close()


def _room(house: _House, browser: Any, folder: Path, looks: dict[str, dict[str, Any]], *, docs: bool) -> None:
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings

    from comity.main.web import portal_only
    from support.keyboard import apart
    from support.live import served

    plain = {"SESSION_COOKIE_SECURE": False, "CSRF_COOKIE_SECURE": False, "ALLOWED_HOSTS": ["localhost"]}
    own = {"COMITY_DOCKET": house.night.docket}
    with (
        override_settings(**portal_only(), **plain, **own),
        served(get_wsgi_application()) as base,
        override_settings(COMITY_PORTAL_URL=base),
    ):
        who = {"base_url": base, "storage_state": _overseer(browser, base, apart(house.codes))}
        pages = {"": "/oversight/", "-cases": "/oversight/cases", "-case": f"/oversight/cases/{house.case}/"}
        named = {f"oversight{name}": address for name, address in pages.items()}
        pictures.take(browser, folder, looks, named, **who)
        if docs:
            pictures.for_docs(browser, "oversight", named["oversight-case"], **who)


def _overseer(browser: Any, base: str, codes: tuple[str, str]) -> Any:
    """Cookies of an overseer who came in."""
    from support.portal import passkey_of

    context = browser.new_context(base_url=base)
    page = context.new_page()
    passkey_of(page)
    page.goto("/enrol/")
    for field, text in zip(("#id_address", "#id_code", "#id_second"), (ADDRESS, *codes), strict=True):
        page.fill(field, text)
    page.click("main button")
    page.click("#passkey")
    page.wait_for_url("**/oversight/")
    state = context.storage_state()
    context.close()
    return state


def _log(house: _House, browser: Any, folder: Path, looks: dict[str, dict[str, Any]], *, docs: bool) -> None:
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings

    from comity.main.web import django_options
    from comity.settings import Settings
    from support.live import served

    door = django_options(Settings(), database={}, secret_key="only for pictures", door="public")  # noqa: S106
    own = {"COMITY_DOCKET": house.night.docket, "ROOT_URLCONF": "comity.public.urls", "ALLOWED_HOSTS": ["localhost"]}
    with override_settings(MIDDLEWARE=door["MIDDLEWARE"], **own), served(get_wsgi_application()) as base:
        pictures.take(browser, folder, looks, {"public": "/", "log": "/log"}, base_url=base)
        if docs:
            pictures.for_docs(browser, "log", "/log", base_url=base)
