"""The docket page with 100,000 cases: the console's real view, middleware, session and template on a real database.

Every tab, a page far down, and searches; the slowest 5 % count. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from comity.casefile.records.embedded import Embedded
from comity.casefile.records.migrate import migrate
from comity.casefile.records.roles import Role, Server
from comity.main.house import Places, make_keys, set_up_django
from comity.settings import Settings
from demo_world import PROFILE

CASES = 100_000
LOOKS = 40
PAGES = {
    "pending": "/?tab=pending",
    "running": "/?tab=running",
    "all": "/?tab=all",
    "far_down": "/?tab=all&cursor=253402300799000000.5000",
    "search_reference": "/?tab=all&search=OFAC-2026-077123",
    "search_nothing": "/?tab=all&search=no-such-reference",
}
_DOCUMENTS = """
INSERT INTO document (id, case_id, kind, at, actor, salt, body)
SELECT gen_random_uuid(), gen_random_uuid(), 'demand', now(), 'system:bench', sha256(n::text::bytea), 'x'
FROM generate_series(1, %(cases)s) AS n
"""
_CASES = """
INSERT INTO docket_case (id, entry, number, status, instrument, channel, authority, authority_name, reference,
    received_at, due_at, due_duty, verified, needs_person, demand, test)
SELECT case_id, id, n, CASE WHEN n % 50 = 0 THEN 'waiting' WHEN n % 100 = 1 THEN 'executing'
        WHEN n % 3 = 0 THEN 'closed' ELSE 'in_effect' END,
    'eu-tco', CASE WHEN n % 2 = 0 THEN 'email' ELSE 'api' END, md5((n % 300)::text), 'Authority ' || n % 300,
    'OFAC-2026-' || lpad(n::text, 6, '0'), now() - make_interval(mins => n::int),
    CASE WHEN n % 50 = 0 THEN now() + make_interval(mins => (n % 700)::int) END,
    CASE WHEN n % 50 = 0 THEN 'remove_or_disable' ELSE '' END, n % 5 <> 0, n % 50 = 0, id, false
FROM (SELECT *, row_number() OVER () AS n FROM document WHERE xact = pg_current_xact_id()) AS made
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        (home / "provider.yaml").write_text(PROFILE)
        (home / "platform.secret").touch(mode=0o600)
        (home / "platform.secret").write_text("x" * 40)
        os.environ["COMITY_PROVIDER"] = str(home / "provider.yaml")
        os.environ["COMITY_PLATFORM_SECRET_FILE"] = str(home / "platform.secret")
        os.environ["COMITY_HOME"] = str(home / "comity")
        settings = Settings.from_environment()
        make_keys(settings)
        with Embedded.start(Places(settings.home).database) as embedded:
            set_up_django(settings, embedded.server, "console")
            migrate(embedded.server)
            fill = _fill(embedded.server)
            figures = {f"{name}_p95_ms": value for name, value in _look(settings).items()}
            from django.db import connections

            connections.close_all()
            embedded.destroy()
    worst = max(figures.values())
    json.dump({"cases": CASES, "fill_s": fill, "worst_p95_ms": worst} | figures, sys.stdout, indent=1)
    print()


def _fill(server: Server) -> float:
    import psycopg

    began = time.monotonic()
    with psycopg.connect(**server.parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("ALTER TABLE docket_case DISABLE TRIGGER USER")
        with owner.transaction():
            owner.execute(_DOCUMENTS, {"cases": CASES})
            owner.execute(_CASES)
            owner.execute("SELECT setval('docket_case_number', %s)", [CASES])
        owner.execute("ALTER TABLE docket_case ENABLE ALWAYS TRIGGER docket_case_moves")
        owner.execute("VACUUM ANALYZE")
    return round(time.monotonic() - began, 1)


def _look(settings: Settings) -> dict[str, float]:
    from django.conf import settings as django_settings

    from comity.main.compose import docket_of

    django_settings.COMITY_DOCKET = docket_of(settings)
    browser = _browser()
    return {name: _p95(browser, address) for name, address in PAGES.items()}


def _browser() -> Any:
    """Somebody of the staff, logged in with two factors."""
    from django.test import Client

    from comity.casefile.clock import WallClock
    from comity.casefile.records import unit_of_work
    from comity.registry.duties import Role as Duties
    from comity.registry.staffing import NewMember, found_staff
    from support.console_staff import log_in, make_user

    people = {"mia": Duties.MODERATOR, "anna": Duties.REGISTRAR, "ada": Duties.ADMINISTRATOR, "ben": Duties.APPROVER}
    users = {name: make_user(name)[0] for name in people}
    members = tuple(NewMember(users[name].pk, name, frozenset({role})) for name, role in people.items())
    with unit_of_work(WallClock().now(), "system:bench") as work:
        found_staff(work, members)
    browser = Client(SERVER_NAME="localhost")
    log_in(browser, users["mia"])
    return browser


def _p95(browser: Any, address: str) -> float:
    spent = []
    for number in range(LOOKS + 3):
        began = time.perf_counter()
        answer = browser.get(address)
        if answer.status_code != 200:
            message = f"{address}: {answer.status_code} {answer.headers.get('Location')}"
            raise RuntimeError(message)
        if number >= 3:
            spent.append((time.perf_counter() - began) * 1000)
    return round(sorted(spent)[int(len(spent) * 0.95)], 1)


if __name__ == "__main__":
    main()
