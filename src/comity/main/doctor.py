"""``comity doctor``: looks at everything that a house needs, one line each, and says what to do about what is wrong.

It changes nothing and needs nothing to run: what cannot be looked at because something before it is missing is left
out. Exit code 0 when nothing failed, 1 otherwise; warnings do not count.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from comity.casefile.records.private import readable_by_others
from comity.main import failures
from comity.main.house import Places, exhibit_keys, kek_file, log_keys, provider_of, seal_file, server_of
from comity.settings import Settings

OK, WARN, FAIL = "ok", "warn", "FAIL"
_ROOMY = 5 * 1024**3
_NARROW = 512 * 1024**2
_SECONDS = 5.0
_CLOCK_SECONDS = 2.0
_OLD_SECONDS = 3600.0
_OPTIONAL = {"tesseract": "reads scanned orders (a proposal only); install tesseract-ocr to have it"}


@dataclass(frozen=True)
class Finding:
    """One line: how it stands, what was looked at, what was found or is to be done."""

    level: str
    name: str
    words: str


Check = Callable[[Settings], Iterator[Finding]]


def doctor(settings: Settings) -> int:
    """Look at everything and print it."""
    failed = 0
    for finding in examine(settings):
        failed += finding.level == FAIL
        print(f"{finding.level:<4}  {finding.name}: {finding.words}", flush=True)  # noqa: T201 -- the command's answer
    return 1 if failed else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which a house needs things; whatever a look raises is its finding."""
    yield Finding(OK, "settings", "every setting can be used")
    for name, check in CHECKS.items():
        try:
            yield from check(settings)
        except Exception as failure:  # noqa: BLE001 -- a doctor reports whatever is wrong
            words = str(failure) if isinstance(failure, OSError | ValueError) else failures.line(failure)
            yield Finding(FAIL, name, " ".join(words.split())[:300])


# -- files -------------------------------------------------------------------------------------------------------------


def _profile(settings: Settings) -> Iterator[Finding]:
    provider = provider_of(settings)
    yield Finding(OK, "profile", f"{provider.name}: {', '.join(provider.hosts)}")
    if provider.offers_in_union and not (provider.main_establishment_in_union or provider.represented_in_union):
        words = "no main establishment and no legal representative in the Union: Article 17 of 2021/784 demands one"
        yield Finding(WARN, "profile", words)


def _contact_page(settings: Settings) -> Iterator[Finding]:
    """Whether the page that a provider must publish says all that the law asks for."""
    from comity.docket.publishing import published  # noqa: PLC0415 -- only here
    from comity.main.contacts import contacts_of  # noqa: PLC0415 -- the same

    found = published(provider_of(settings), contacts_of(settings))
    for fact in found.missing:
        asked = ", ".join(f"{one.citation} ({one.certainty.value})" for one in fact.provisions)
        words = f"{fact.part} {fact.id} is asked for by {asked} and not published: set {fact.set_by}"
        yield Finding(WARN, "contact page", words)
    if not found.missing:
        yield Finding(OK, "contact page", f"says all that is asked for: {settings.public_url}/contact")


def _keys(settings: Settings) -> Iterator[Finding]:
    places = Places(settings.home)
    if not places.keys.is_dir():
        yield Finding(FAIL, "keys", f"{places.keys} is missing: `comity init` makes it, or bring your copy back")
        return
    open_to_others = [path.name for path in _secrets(settings, places) if path.exists() and _open(path)]
    if open_to_others:
        yield Finding(FAIL, "keys", f"others can read {', '.join(sorted(open_to_others))}: chmod 600")
    log_keys(settings)
    exhibit_keys(settings)
    if not seal_file(settings).exists():
        yield Finding(FAIL, "keys", f"{seal_file(settings)} is missing: `comity init` makes one")
    elif not open_to_others:
        yield Finding(OK, "keys", "log, seal and key-encryption keys are there, readable by their owner alone")


def _secrets(settings: Settings, places: Places) -> list[Path]:
    """Every file with a secret: those of the keys' folder that are not public, and those that settings name."""
    named = [getattr(settings, name) for name in type(settings).model_fields if name.endswith("_file")]
    public = {settings.imap_ca_file}
    own = [path for path in places.keys.iterdir() if path.is_file() and path.suffix in (".key", ".keys", ".pem")]
    return [*own, kek_file(settings), seal_file(settings), *(path for path in named if path and path not in public)]


def _open(path: Path) -> bool:
    return readable_by_others(path.stat())


def _disk(settings: Settings) -> Iterator[Finding]:
    there = next(path for path in (settings.home.absolute(), *settings.home.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    level = OK if free > _ROOMY else WARN if free > _NARROW else FAIL
    yield Finding(level, "disk", f"{free / 1024**3:.1f} GiB free at {there}" + ("" if level == OK else ": make room"))


def _programs(_settings: Settings) -> Iterator[Finding]:
    for name, use in _OPTIONAL.items():
        found = shutil.which(name)
        yield Finding(OK if found else WARN, name, "is here" if found else f"is not here: it {use}")


# -- the database and what works on it ---------------------------------------------------------------------------------


def _database(settings: Settings) -> Iterator[Finding]:
    from comity.main.house import set_up_django  # noqa: PLC0415 -- Django only from here on

    set_up_django(settings, server_of(settings), "none")
    from comity.casefile.clock import WallClock  # noqa: PLC0415 -- after Django
    from comity.casefile.records import measures  # noqa: PLC0415 -- the same
    from comity.casefile.records.migrate import pending  # noqa: PLC0415 -- the same

    version, seconds = measures.database()
    yield Finding(OK, "database", f"PostgreSQL {version // 10000}.{version % 10000} answers")
    yield from _roles(settings)
    apart = abs(seconds - WallClock().now().utc.timestamp())
    words = f"{apart:.1f} s apart from the database's"
    late = apart > _CLOCK_SECONDS
    yield Finding(FAIL if late else OK, "clock", words + (": set both by NTP, periods depend on it" if late else ""))
    waiting = pending()
    words = f"{len(waiting)} changes wait: `comity migrate` (or `comity run`) makes them" if waiting else "up to date"
    yield Finding(FAIL if waiting else OK, "tables", words)
    if not waiting:
        yield from _work()


def _roles(settings: Settings) -> Iterator[Finding]:
    """Each of the three roles logs in, and none may do what an administrator may."""
    import psycopg  # noqa: PLC0415 -- only here

    from comity.casefile.records.roles import Role  # noqa: PLC0415 -- only here

    server = server_of(settings)
    for role in Role:
        with psycopg.connect(**server.parameters(role), connect_timeout=5) as connection:
            row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if row and row[0]:
            yield Finding(FAIL, "roles", f"{role.value} is a superuser: ALTER ROLE {role.value} NOSUPERUSER")
            return
    yield Finding(OK, "roles", "the three roles log in, and none is a superuser")


def _work() -> Iterator[Finding]:
    from comity.casefile.audit import measures as log_measures  # noqa: PLC0415 -- after Django
    from comity.casefile.clock import WallClock  # noqa: PLC0415 -- the same
    from comity.casefile.records import measures  # noqa: PLC0415 -- the same

    jobs, deadlines, log = measures.jobs(), measures.deadlines(), log_measures.log()
    words = f"{jobs.workers} alive, {jobs.waiting} jobs wait, {jobs.tried_again} are tried again"
    yield Finding(OK if jobs.workers else FAIL, "workers", words + ("" if jobs.workers else ": start `comity worker`"))
    words = f"{log.size} entries, {log.waiting} wait for their place"
    yield Finding(OK if log.sequencer else FAIL, "log", words + ("" if log.sequencer else ": start `comity record`"))
    if log.signed_at is not None:
        age = WallClock().now().utc.timestamp() - log.signed_at
        stuck = bool(log.waiting) and age > _OLD_SECONDS
        yield Finding(FAIL if stuck else OK, "checkpoint", f"the newest is {age:.0f} s old")
    if log.alarms:
        yield Finding(
            FAIL, "clock", f"{log.alarms} jumps are not settled: a person looks in the console; nothing ends by itself"
        )
    if deadlines.overdue:
        yield Finding(FAIL, "deadlines", f"{deadlines.overdue} should have fired: start `comity record`")
    else:
        yield Finding(OK, "deadlines", f"{deadlines.running} run, {deadlines.missed} were missed")


# -- others ------------------------------------------------------------------------------------------------------------


def _platform(settings: Settings) -> Iterator[Finding]:
    from comity.casefile.documents import new_id  # noqa: PLC0415 -- only here
    from comity.main.platforms import platform_of  # noqa: PLC0415 -- the same
    from comity.platform import Outcome  # noqa: PLC0415 -- the same

    hosts = provider_of(settings).hosts
    found = platform_of(settings, hosts).resolve(f"https://{hosts[0]}/comity-doctor-{new_id()}")
    if found.outcome is Outcome.UNKNOWN:
        yield Finding(FAIL, "platform", f"{settings.platform} at {settings.platform_url}: {found.why}")
    else:
        yield Finding(OK, "platform", f"{settings.platform} at {settings.platform_url} answers")


def _records(settings: Settings) -> Iterator[Finding]:
    from comity.main.platforms import records_of  # noqa: PLC0415 -- only here

    found = records_of(settings, provider_of(settings).hosts)
    if found is None:
        yield Finding(OK, "records", "not connected: demands about users wait for a person (COMITY_RECORDS)")
    else:
        yield Finding(
            OK, "records", f"{settings.records}: its settings, and its queries where it has some, can be used"
        )


def _machines(settings: Settings) -> Iterator[Finding]:
    """Whether HI-1's file can be used, with all that it names."""
    from comity.main.machines import machines_of  # noqa: PLC0415 -- only here

    found = machines_of(settings)
    if not found.path:
        yield Finding(OK, "HI-1", "shut: authorities' machines use the orders' API (COMITY_HI1 opens it)")
        return
    told = sum(1 for one in found.machines.values() if one.endpoint)
    words = (
        f"open at {found.path} as {found.us.country} {found.us.identifier}: {len(found.machines)} machines, {told} told"
    )
    yield Finding(OK, "HI-1", words)
    if found.schemas is None:
        words = "no schemas of the standard are installed: messages are compared with our own rules alone"
        yield Finding(WARN, "HI-1", words)


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.mail_relay is None:
        yield Finding(WARN, "mail relay", "none is set (COMITY_MAIL_RELAY): answers by e-mail wait for a person")
        return
    yield _reached("mail relay", settings.mail_relay)


def _stamps(settings: Settings) -> Iterator[Finding]:
    if settings.timestamp_url is None:
        yield Finding(WARN, "time stamps", "none are set (COMITY_TIMESTAMP_URL): seals carry our own time only")
        return
    parts = urlsplit(settings.timestamp_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    yield _reached("time stamps", f"{parts.hostname}:{port}")


def _reached(name: str, place: str) -> Finding:
    host, _, port = place.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _SECONDS).close()
    except (OSError, ValueError) as failure:
        return Finding(
            FAIL, name, f"{place} cannot be reached ({type(failure).__name__}): look at it and at the way to it"
        )
    return Finding(OK, name, f"{place} answers")


CHECKS: dict[str, Check] = {
    "profile": _profile,
    "contact page": _contact_page,
    "keys": _keys,
    "disk": _disk,
    "database": _database,
    "platform": _platform,
    "records": _records,
    "HI-1": _machines,
    "mail relay": _mail,
    "time stamps": _stamps,
    "programs": _programs,
}
"""What is looked at, by the name under which a failure to look is told."""
