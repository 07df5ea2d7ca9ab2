"""The adapter ``board``: the platform protocols over HTTP.

Takes its settings (base URL, public names, secret from a file); gives one object that is ``Content`` and ``Messages``.
It never visits a URL from an order, never follows a redirection, and believes no effect that the platform does not
name.
"""

from comity.platform.board.adapter import Board
from comity.platform.board.settings import BoardSettings

__all__ = ["Board", "BoardSettings"]
