"""Upload hooks: what a platform puts into its own upload path, to ask the match service before anybody sees the item.

Takes: what somebody uploads, in the platform's own process.
Gives: ``client.MatchClient`` for anything written in Python; ``comity_match.py``, one file that a Matrix homeserver
loads as a module (``comity match synapse-module`` writes it) and that needs nothing of Comity installed there.
Never: decides by itself; keeps what was uploaded; asks anybody but the match service that it was told.
"""
