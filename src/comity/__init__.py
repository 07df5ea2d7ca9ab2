"""Comity: a provider's answer to authorities, made in the open.

It receives, authenticates, assesses, carries out or contests, answers and accounts for every demand that a public
authority makes about terrorist content and about users. The plan of the house is ``docs/plan.md``.
"""

__version__ = "0.1.0"
