"""The answer: its scope, its reasons, who signs and how many.

Takes an ``Assessment`` and a person's choice, or a standing rule that two people made beforehand; gives an
``Entered[Decision]`` with its grants. It never executes, never decides by itself without such a rule, and never lets
one person sign twice.
"""
