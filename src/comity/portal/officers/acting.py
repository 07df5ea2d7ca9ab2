"""Who acts, for the commands below."""

from __future__ import annotations

from comity.docket.portal_views import Acting
from comity.portal.door import PortalRequest
from comity.portal.sessions import FULL


def acting(request: PortalRequest) -> Acting:
    """The officer behind a request that the gate let through."""
    account, session = request.account, request.signed_in
    whole = session is not None and session.stage == FULL
    return Acting(account.id, account.authority, account.passkey, confirmed=whole)
