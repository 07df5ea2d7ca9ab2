"""The ways in by mail: the receiver that other servers send to, and the mailbox that we look into where one is set."""

from __future__ import annotations

import threading

from django.db import connections

from comity.casefile.records.private import ReadableByOthers, read_private
from comity.docket import filing
from comity.docket.parts import Parts
from comity.intake import store as received
from comity.intake.mailbox import Mailbox, MailboxReader
from comity.intake.smtp import MailReceiver, MailSettings
from comity.settings import Settings, UnusableSettings


def receive(settings: Settings, parts: Parts, stop: threading.Event) -> None:
    """Receive until told to stop: kept in custody before the sender hears so, and before the mailbox is marked."""
    host, _, port = settings.smtp_address.rpartition(":")
    registry = parts.intake.registry
    receiver = MailReceiver(
        MailSettings(host=host, port=int(port), recipients=(settings.contact_email,)),
        lambda message: filing.keep(parts, message),
        lambda domain: registry.authority_by_mail_domain(domain) is not None,
        parts.clock,
    )
    looking = looker(settings, parts, stop)
    receiver.start()
    if looking is not None:
        looking.start()
    stop.wait()
    receiver.stop()
    if looking is not None:
        looking.join()


def looker(settings: Settings, parts: Parts, stop: threading.Event) -> threading.Thread | None:
    """The thread that looks into the mailbox, not yet started; none where no mailbox is set."""
    box = mailbox_of(settings)
    if box is None:
        return None
    reader = MailboxReader(
        box, lambda message, place: filing.keep(parts, message, place), received.taken_before, parts.clock
    )
    arguments = (stop, settings.imap_seconds, connections.close_all)
    return threading.Thread(target=reader.run, args=arguments, name="comity-mailbox")


def mailbox_of(settings: Settings) -> Mailbox | None:
    """The mailbox that the settings name; raises ``UnusableSettings`` where they name it only in part."""
    if settings.imap_url is None:
        return None
    if settings.imap_password_file is None:
        raise UnusableSettings("COMITY_IMAP_PASSWORD_FILE: name the file with the mailbox's password")
    try:
        password = read_private(settings.imap_password_file).decode("utf-8").strip("\r\n")
    except ReadableByOthers as error:
        raise UnusableSettings(str(error)) from error
    except OSError as error:
        raise UnusableSettings(f"{settings.imap_password_file} cannot be read: {error.strerror}") from error
    ca_file = str(settings.imap_ca_file) if settings.imap_ca_file else None
    return Mailbox.parse(settings.imap_url, password, ca_file=ca_file, kept_folder=settings.imap_kept_folder)
