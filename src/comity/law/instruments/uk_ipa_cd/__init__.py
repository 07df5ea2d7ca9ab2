"""Investigatory Powers Act 2016: communications data, as data."""
