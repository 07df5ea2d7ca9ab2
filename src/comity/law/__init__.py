"""What each law demands, permits and forbids, by when, and why. Pure: documents and instants in, findings and
deadlines out.

Takes an order as fields, its instant of receipt and the provider's profile; gives an ``Assessment`` (``assess``), the
same with every row explained (``judge``), deadlines from events (``deadline``), rulings on other subjects such as
complaints (``consult``) and the articles behind them (``article_text``). It never reads the clock, the network, the
database or the environment, never fetches anything, and never lets an unknown fact become *yes*.
"""

from comity.law.addresses import host_of, is_ours
from comity.law.assessing import Judgement, assess, judge
from comity.law.errors import LawError
from comity.law.explain import article_text, consult, deadline, warnings
from comity.law.library import instrument
from comity.law.provider import Provider, parse_provider
from comity.law.speech import say

__all__ = [
    "Judgement",
    "LawError",
    "Provider",
    "article_text",
    "assess",
    "consult",
    "deadline",
    "host_of",
    "instrument",
    "is_ours",
    "judge",
    "parse_provider",
    "say",
    "warnings",
]
