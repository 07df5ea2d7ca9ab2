"""Code de procédure pénale: requisitions, as data."""
