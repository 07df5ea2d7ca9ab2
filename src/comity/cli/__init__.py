"""The operator's door: a command line. It decides nothing; programs and the docket are handed to it."""

from comity.cli.command import main

__all__ = ["main"]
