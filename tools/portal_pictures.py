"""Photograph the portal with Debian's Chromium: light, dark and on a telephone; for ``tools/screenshots.py``.

A whole house in a temporary folder, an officer enrolled by the ordinary way, one order filed and answered: a picture
never contains a real case.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pictures

OUTSIDE = {"front": "/", "access": "/access/", "code": "/enrol/", "sign-in": "/sign-in/"}
INSIDE = {
    "orders": "/orders/",
    "new": "/orders/new",
    "laws": "/orders/users/",
    "demand": "/orders/users/eu-eevidence-production/",
    "information": "/orders/information",
}


def photograph(server: Any, folder: Path, looks: dict[str, dict[str, Any]], *, docs: bool) -> None:
    """Start the house and its portal, come in, take the pictures. Django is set up and points at ``server``."""
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings
    from playwright.sync_api import sync_playwright

    from comity.main.web import portal_only
    from support.board import RunningBoard, free_port
    from support.keyboard import apart
    from support.live import ARGUMENTS, CHROMIUM, served

    with tempfile.TemporaryDirectory() as place:
        board = RunningBoard(Path(place) / "board", free_port(), seed=5).start()
        plain = {"SESSION_COOKIE_SECURE": False, "CSRF_COOKIE_SECURE": False, "ALLOWED_HOSTS": ["localhost"]}
        with override_settings(**portal_only(), **plain):
            house = apart(lambda: _House(server, board, Path(place)))
            with served(get_wsgi_application()) as base, sync_playwright() as play:
                browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                with override_settings(COMITY_DOCKET=house.night.docket, COMITY_PORTAL_URL=base):
                    _pictures(house, browser, base, folder, looks, docs=docs)
                browser.close()
            apart(house.night.close)
        board.stop()


class _House:
    def __init__(self, server: Any, board: Any, folder: Path) -> None:
        from comity.casefile.clock import FixedClock, Instant
        from support import orders
        from support.night import FILING, Night

        (folder / "house").mkdir()
        self.night = Night(server, board, folder / "house", FixedClock(Instant.parse("2026-11-20T09:00:00Z")))
        self.staff = self.night.staff()
        self.authority = self.night.enrol(self.staff, orders.Authority.named(), roles=FILING)
        self.night.rule(self.staff, self.authority, channels=("portal",))
        self.night.clock.set(Instant.parse("2026-11-23T11:00:00Z"))
        self.orders = orders

    def codes(self) -> tuple[str, str]:
        from support.portal import approved

        codes: tuple[str, str] = approved(self.night, self.staff, self.authority)[1]
        return codes

    def filed(self) -> str:
        """Two orders of the officer, the second carried out and answered; gives its reference."""
        from comity.docket.officer_orders import Filing
        from comity.docket.portal_views import Acting

        docket = self.night.docket
        (held,) = docket.officers(self.staff.anna)
        key = docket.officer(held.id, self.staff.anna).passkeys[0].id
        acting, case = Acting(held.id, self.authority, key, confirmed=True), ""
        for number in (417, 418):
            places = [{"url": self.night.publish(), "additional_info": "Video in the first post"}]
            form = self.orders.order(content_locations=places, order_reference=f"OFAC-2026-000{number}")
            case, _ = docket.file_order(acting, Filing(form, f"picture-{number}-" + "k" * 20))
            self.night.work_on()
        docket.write(acting, case, "Thank you. Is the copy in the archive gone too?")
        docket.answer_thread(case, self.staff.mia, "There was none: nothing of it is stored elsewhere.")
        return case


def _pictures(
    house: _House, browser: Any, base: str, folder: Path, looks: dict[str, dict[str, Any]], *, docs: bool
) -> None:
    from support.keyboard import apart
    from support.portal import APPLICATION, passkey_of

    context = browser.new_context(base_url=base)
    page = context.new_page()
    passkey_of(page)
    page.goto("/enrol/")
    page.fill("#id_address", APPLICATION["address"])
    for field, code in zip(("#id_code", "#id_second"), apart(house.codes), strict=True):
        page.fill(field, code)
    page.click("main button")
    page.click("#passkey")
    page.wait_for_url("**/orders/")
    case, state = apart(house.filed), context.storage_state()
    context.close()
    for stored, addresses in ((None, OUTSIDE), (state, {**INSIDE, "order": f"/orders/{case}/"})):
        named = {f"portal-{name}": address for name, address in addresses.items()}
        pictures.take(browser, folder, looks, named, base_url=base, storage_state=stored)
    if docs:
        pictures.for_docs(browser, "portal", f"/orders/{case}/", base_url=base, storage_state=state)
