"""Labels of officers' states and of what the portal saw of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OFFICER: Mapping[str, str | Promise] = {
    "applied": _("asks for access"),
    "proposed": _("waits for a call and a second person"),
    "approved": _("waits for both halves of the code and the passkey"),
    "enrolled": _("enrolled"),
    "suspended": _("suspended"),
    "withdrawn": _("withdrawn"),
    "refused": _("put away"),
}
SIGN: Mapping[str, str | Promise] = {
    "officer_applied": _("asked for access"),
    "officer_proposed": _("an authority was found"),
    "officer_approved": _("two of us agreed"),
    "officer_code_given": _("a code was told"),
    "officer_passkey": _("a passkey was registered"),
    "officer_passkey_copied": _("the passkey seems to have been copied: sign-in refused"),
    "officer_enrolled": _("enrolled"),
    "officer_signed_in": _("signed in"),
    "officer_sign_in_confirmed": _("confirmed the sign-in with a code"),
    "officer_succeeded": _("another key was enrolled for this person"),
    "officer_files": _("filed an order"),
    "officer_suspended": _("suspended"),
    "officer_refused": _("put away"),
    "device": _("new device"),
    "network": _("new network"),
}
