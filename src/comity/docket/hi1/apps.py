"""The tables of HI-1, for Django."""

from django.apps import AppConfig


class Hi1Config(AppConfig):
    """The room ``hi1`` inside ``docket``."""

    name = "comity.docket.hi1"
    label = "hi1"

    def ready(self) -> None:
        """Be told of every case that moves."""
        from comity.docket import store  # noqa: PLC0415 -- models are there only now
        from comity.docket.hi1 import raising  # noqa: PLC0415 -- the same

        store.MOVED.append(raising.moved)
