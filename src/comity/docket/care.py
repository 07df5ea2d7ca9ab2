"""How long one person may look at what others published, as the provider sets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Care:
    """Limits of looking. What is counted is the time in which content is shown clearly, whatever it shows."""

    run: timedelta = timedelta(minutes=20)
    """Of looking, after which a pause is imposed."""
    pause: timedelta = timedelta(minutes=10)
    day: timedelta = timedelta(minutes=120)
    """Of looking in a day (UTC)."""
    longest_look: timedelta = timedelta(minutes=2)
    """A look that nobody ended counts so long; then what was shown is veiled again."""
