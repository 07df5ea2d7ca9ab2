"""Nights: who is on call, how they are called, what happens when nobody answers.

Takes the cases that need a person and their clocks, gives pages, acknowledgements and, where two people made a rule
for it, the decision that nobody else made. It never decides what is undetermined, never sends an answer, and never
writes more into a page than a number, a time and a link.
"""
