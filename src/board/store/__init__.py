"""The board's only reader and writer of its SQLite file."""
