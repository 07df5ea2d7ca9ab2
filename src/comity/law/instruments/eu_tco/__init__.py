"""Regulation (EU) 2021/784 on the dissemination of terrorist content online. Data only."""
