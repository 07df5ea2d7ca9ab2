"""The record: clock, documents, database, log and exhibits. Everything above stands on it; it knows nothing above."""
