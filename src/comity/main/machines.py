"""What HI-1 works with, from the operator's file."""

from __future__ import annotations

from comity.delivery.channels.hi1 import Hi1Outbound
from comity.delivery.errors import UnsafeSetting
from comity.docket.machines import MachineMeans, UnusableMachines, from_file
from comity.hi1 import Party
from comity.hi1.schemas import Schemas, UnusableSchemas
from comity.settings import Settings, UnusableSettings


def machines_of(settings: Settings) -> MachineMeans:
    """The machines that may speak with us, and how they are told; none where the operator opened no door."""
    if settings.hi1 is None:
        return MachineMeans()
    try:
        file = from_file(settings.hi1)
        return MachineMeans(
            path=file.path,
            us=Party(file.we.country, file.we.identifier),
            machines=file.machines(),
            schemas=Schemas.load(file.schemas) if file.schemas else None,
            way=Hi1Outbound(file.trusted, file.certificate),
        )
    except (UnusableMachines, UnusableSchemas, UnsafeSetting) as error:
        message = f"COMITY_HI1: {error}"
        raise UnusableSettings(message) from error
