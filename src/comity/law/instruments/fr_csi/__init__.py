"""Code de la sécurité intérieure: connection data on administrative authority, as data."""
