"""Carrying out decisions about content: preserve, then disable, then look as a stranger would; and restore.

Takes an ``Entered[Decision]``, gives ``Act``s: *ordered*, then *performed* or *failed*. It touches the platform only
for an act whose *ordered* is inside a signed checkpoint, never deletes anything, and does nothing twice: the act's
identifier is the platform's idempotency key.
"""
