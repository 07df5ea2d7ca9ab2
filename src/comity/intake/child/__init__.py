"""What runs in the confined process: it reads one hostile document, says what it saw as JSON, and ends.

It knows nothing of cases, authorities or the database, and imports no other room. Start: ``python -I -m
comity.intake.child``. The parent's side is ``comity.intake.confined``.
"""
