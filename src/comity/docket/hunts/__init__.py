"""Hunts: a named person has what the platform stores searched for copies, and decides what becomes of them.

Takes: signals: named ones, a list, a bank's, those of an item, or those of what a case disabled.
Gives: counts; then one review of everything found, by the same review as uploads get, with acts and statements of
reasons of its own.
Never: disables by itself, carries a demand beyond its addresses, names a demand to whoever stored a copy, takes what
an allow bank knows, or lets a search that finds much of the platform go on without a person.
"""
