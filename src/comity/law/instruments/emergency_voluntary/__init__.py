"""Emergency requests without an order, as data."""
