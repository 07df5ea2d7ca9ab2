"""What an operator does now and then: the home folder, the first staff, the log checked and exported."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from comity.main.house import EXAMPLE, Places, log_keys, make_keys, server_of, set_up_django
from comity.settings import Settings


def init(settings: Settings) -> int:
    """Make the home folder and its keys; without a profile, write an example and say what is next."""
    settings.home.mkdir(parents=True, exist_ok=True)
    if settings.provider is None:
        example = settings.home / "provider.yaml"
        if not example.exists():
            example.write_text(EXAMPLE, encoding="utf-8")
        print(f"Wrote {example}. Describe your firm in it, then:")  # noqa: T201 -- a command answers its operator
        print(f"  export COMITY_PROVIDER={example}\n  comity init && comity run")  # noqa: T201 -- the same
        return 0
    make_keys(settings)
    print(f"Keys are in {Places(settings.home).keys}: keep a copy of that folder apart from the database.")  # noqa: T201 -- the same
    return 0


def staff_found(settings: Settings, people: tuple[str, ...]) -> int:
    """Write the first staff down, with first passwords that are shown once."""
    made = found_staff(settings, [_person(text) for text in people])
    for username, password in made:
        print(f"{username}: first password {password} (asked for a second factor at the first log-in)")  # noqa: T201 -- shown once, to the operator
    return 0


def found_staff(settings: Settings, people: list[tuple[str, frozenset[str]]]) -> list[tuple[str, str]]:
    """Make accounts and staff; gives username and first password of each."""
    set_up_django(settings, server_of(settings), "none")
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- after Django

    from comity.casefile.clock import WallClock  # noqa: PLC0415 -- the same
    from comity.casefile.records import unit_of_work  # noqa: PLC0415 -- the same
    from comity.registry.duties import Role  # noqa: PLC0415 -- the same
    from comity.registry.staffing import NewMember  # noqa: PLC0415 -- the same
    from comity.registry.staffing import found_staff as found  # noqa: PLC0415 -- the same

    passwords = {username: secrets.token_urlsafe(15) for username, _ in people}
    with unit_of_work(WallClock().now(), "system:operator") as work:
        members = []
        for username, roles in people:
            user: Any = get_user_model().objects.create_user(username, password=passwords[username])
            members.append(NewMember(user.pk, username, frozenset(Role(role) for role in roles)))
        found(work, tuple(members))
    return list(passwords.items())


def log_fsck(settings: Settings) -> int:
    """Rebuild the log and compare; one line a difference."""
    set_up_django(settings, server_of(settings), "none")
    from comity.casefile.audit.fsck import fsck  # noqa: PLC0415 -- after Django
    from comity.docket.recount import states  # noqa: PLC0415 -- the same

    keys, tiles = log_keys(settings).verifiers, Places(settings.home).tiles
    report = fsck(keys, tiles, origin=settings.log_origin, states=states())
    for difference in report.differences:
        print(difference)  # noqa: T201 -- the report is the command's output
    looked = f"{report.entries} entries, {report.leaves} leaves, {report.checkpoints} checkpoints, {report.files} files"
    print(f"{looked}: {'sound' if report.sound else f'{len(report.differences)} differences'}")  # noqa: T201 -- the same
    return 0 if report.sound else 1


def log_stamps(settings: Settings) -> int:
    """Verify every time stamp over the log; one line each."""
    set_up_django(settings, server_of(settings), "none")
    from comity.casefile.audit.stamps import stamps, verify_all  # noqa: PLC0415 -- after Django
    from comity.main.witnessing import chain_of  # noqa: PLC0415 -- the same

    wrong = 0
    for stamp, why in verify_all(chain_of(settings), list(stamps())):
        print(f"{stamp.stamped_at.z()} size {stamp.size} {stamp.authority}: {why or 'holds'}")  # noqa: T201 -- the command's answer
        wrong += bool(why)
    return 1 if wrong else 0


def log_export(settings: Settings, directory: str) -> int:
    """Write tiles, bundles and the newest checkpoint."""
    set_up_django(settings, server_of(settings), "none")
    from comity.casefile.audit import export  # noqa: PLC0415 -- after Django

    size = export(Path(directory))
    print(f"Exported {size} entries to {directory}. Verify: comity-verify {directory} --vkey KEY")  # noqa: T201 -- the command's answer
    return 0


def log_head(settings: Settings) -> int:
    """Show the newest checkpoint and the verifier keys."""
    checkpoint = Places(settings.home).tiles / "checkpoint"
    print(checkpoint.read_text(encoding="utf-8") if checkpoint.exists() else "The log is empty.")  # noqa: T201 -- the command's answer
    for key in log_keys(settings).verifiers:
        print(f"vkey {key.encode()}")  # noqa: T201 -- the same
    return 0


def _person(text: str) -> tuple[str, frozenset[str]]:
    username, separator, roles = text.partition("=")
    if not username or not separator or not roles:
        message = f"{text!r} is not USERNAME=ROLE[,ROLE…]"
        raise ValueError(message)
    return username, frozenset(roles.split(","))
