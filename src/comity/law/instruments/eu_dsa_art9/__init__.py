"""Regulation (EU) 2022/2065, Article 9: orders to act against illegal content, as data."""
