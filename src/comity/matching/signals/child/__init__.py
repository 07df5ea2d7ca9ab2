"""What runs in the confined decoders: it reads hostile pictures and films, says what it saw as JSON, and no more.

It knows nothing of banks, cases or the database. Start: ``python -I -m comity.matching.signals.child pictures`` (a
server of pictures, one after another) or ``… film`` (one film, on standard input). The parent's side is
``comity.matching.signals.decoders``.
"""
