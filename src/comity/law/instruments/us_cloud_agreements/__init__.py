"""Executive agreements under 18 U.S.C. 2523, as data."""
