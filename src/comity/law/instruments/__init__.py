"""One folder a law: text, tables, periods, forms, vectors. Data only."""
