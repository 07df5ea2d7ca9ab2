"""When a user is told that an authority asked for their data, and in which words. Pure.

Takes the law, the demand's form, what happened and an instant; gives a ``Verdict``: never, not yet, now, or a person
decides (``verdict``). ``worded`` makes the notice, and refuses while silence lasts. It reads nothing about the account.
"""

from comity.transparency.user_notice.book import Tell, said
from comity.transparency.user_notice.rules import Verdict, verdict
from comity.transparency.user_notice.wording import Told, worded

__all__ = ["Tell", "Told", "Verdict", "said", "verdict", "worded"]
