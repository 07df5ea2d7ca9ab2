"""What reading mail works with beside the mail: a resolver, a relay's word, a program that recognises letters."""

from __future__ import annotations

from comity.intake.confined import Letters
from comity.intake.origin import Origins
from comity.settings import Settings, UnusableSettings


def origins_of(settings: Settings) -> Origins:
    """Whom we believe about a mail's way: the resolver and the relay that the operator names, and nobody else."""
    if settings.mail_resolver is None:
        return Origins(None, settings.mail_relay_name)
    from comity.intake.resolver import DnsResolver  # noqa: PLC0415 -- only who asks pays for the library

    try:
        return Origins(DnsResolver.parse(settings.mail_resolver), settings.mail_relay_name)
    except ValueError as error:
        message = "COMITY_MAIL_RESOLVER: give the address of a resolver as host or host:port"
        raise UnusableSettings(message) from error


def letters_of(settings: Settings) -> Letters | None:
    """The program that proposes what scans say, where the operator names one."""
    if settings.letters_program is None:
        return None
    if not settings.letters_program.is_file():
        raise UnusableSettings("COMITY_LETTERS_PROGRAM: there is no such program")
    return Letters(str(settings.letters_program), settings.letters_languages)
