"""The hunt: every fingerprint in the catalogue within the threshold of one signal or of a hundred thousand.

Takes: the catalogue's folder and the signals to look for, each with its threshold.
Gives: ``hunt``, each stored item's fingerprint at most once, with the nearest signal that covers it; ``near``, every
signal that covers one fingerprint.
Never: misses a fingerprint within the threshold without saying so: a damaged or missing partition ends the hunt with
an error, and what was found until then is not all. Never decides or does anything about what is found.
"""

from comity.matching.hunting.queries import Query
from comity.matching.hunting.service import Found, Progress, hunt, near

__all__ = ["Found", "Progress", "Query", "hunt", "near"]
