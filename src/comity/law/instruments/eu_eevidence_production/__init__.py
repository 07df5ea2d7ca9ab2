"""Regulation (EU) 2023/1543 on electronic evidence, production orders. Data only."""
