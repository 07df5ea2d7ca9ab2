"""Banks: lists of signals, each with an owner, a source, a reason, a legal basis and an end.

Takes: terms of a bank, items with their signals, lists of many items, opinions; in a unit of work, always entered.
Gives: banks and items as they stand (``store``), what changed since a position (``store.changed_after``), and one
snapshot of everything that a look-up must know beside the signals (``snapshot``).
Never: matches anything (``serving`` does), acts on content, forgets who listed what.
"""
