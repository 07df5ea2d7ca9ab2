"""Incidents: a live event during which known content is searched for faster, in a bank of its own.

Takes what a named person declares, and gives a bank that ends with it, exchanges that are fetched faster while it
lasts, a roster that is paged, figures and a hand-off. It never disables anything, and never outlives its end.
"""
