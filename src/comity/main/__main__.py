"""``python -m comity.main``: how Comity starts its own programs."""

from comity.main import run

run()
