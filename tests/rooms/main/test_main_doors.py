"""Which doors a house opens, and what each of them is told."""

from __future__ import annotations

import pytest

from comity.main.supervise import _doors
from comity.main.web import django_options
from comity.settings import Settings, UnusableSettings


def test_the_portal_opens_only_where_it_has_an_address() -> None:
    assert "portal" not in _doors(Settings())
    assert "portal" in _doors(Settings(portal_address="127.0.0.1:8413"))


def test_without_an_address_the_portal_says_which_setting_is_missing() -> None:
    from comity.main.programs import web

    with pytest.raises(UnusableSettings, match="COMITY_PORTAL_ADDRESS"):
        web(Settings(), "portal")


def test_each_door_has_its_own_addresses_and_cookies() -> None:
    told = {
        door: django_options(Settings(), database={}, secret_key="x", door=door)
        for door in ("api", "console", "portal", "public")
    }
    assert len({options["ROOT_URLCONF"] for options in told.values()}) == len(told)
    assert told["portal"]["CSRF_COOKIE_NAME"] != told["console"].get("CSRF_COOKIE_NAME", "csrftoken")
    assert [door for door, options in told.items() if "comity.portal" in options["INSTALLED_APPS"]] == ["portal"]
    assert [door for door, options in told.items() if "comity.console" in options["INSTALLED_APPS"]] == ["console"]
