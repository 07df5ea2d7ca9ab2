"""Stored Communications Act (18 U.S.C. 2701 and following), as data."""
