"""Regulation (EU) 2016/679, Article 48: orders of third states, as data."""
