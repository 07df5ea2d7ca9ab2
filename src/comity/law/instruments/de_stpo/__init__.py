"""Strafprozeßordnung: subscriber, traffic and usage data, as data."""
