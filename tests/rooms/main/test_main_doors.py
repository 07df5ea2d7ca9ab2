"""Which doors a house opens, and what each of them is told."""

from __future__ import annotations

import subprocess
import sys

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


_EARLY = """
import os, signal, sys, threading, time
from comity.main.programs import stop_event
from comity.main.supervise import Forked
from comity.settings import Settings

stop = stop_event()  # as `comity run` has it before it forks


def slow(settings):
    time.sleep(600)  # it has not come to its own handler yet
    return 3


child = Forked("worker 1", slow, Settings())
os.kill(child.pid, signal.SIGTERM)
assert child.wait(60), "the signal was lost"
sys.exit(child.code() or stop.is_set())
"""


def test_a_program_told_to_stop_before_it_has_begun_ends_at_once() -> None:
    assert subprocess.run([sys.executable, "-c", _EARLY], timeout=120, check=False).returncode == 0


def test_no_door_loads_what_compares_content() -> None:
    """It is an extra, and costs a second and a hundred megabytes in every process that loads it."""
    program = (
        "import sys, django\n"
        "from django.conf import settings\n"
        "from comity.main.web import django_options\n"
        "from comity.settings import Settings\n"
        "base = {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'none'}\n"
        "settings.configure(**django_options(Settings(), database=base, secret_key='s' * 50, door='none'))\n"
        "django.setup()\n"
        "import comity.docket.desk, comity.docket.jobs, comity.console.urls\n"
        "print(sorted({'numba', 'numpy', 'pyarrow', 'ray', 'duckdb'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
