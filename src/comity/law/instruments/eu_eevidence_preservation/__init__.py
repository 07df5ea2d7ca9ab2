"""Regulation (EU) 2023/1543 on electronic evidence, preservation orders. Data only."""
