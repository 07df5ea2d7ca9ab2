"""Regulation (EU) 2022/2065, Article 10: orders to provide information, as data."""
