"""A small hosting service: accounts, posts, pictures, an inbox. Shipped with Comity for its demonstration and tests.

It stands for a provider's own platform: it imports nothing of Comity, runs as one process with one SQLite file and
keeps working when Comity is down. What it offers to Comity is the HTTP interface under ``/admin/v1``.
"""
