"""Second Additional Protocol to the Convention on Cybercrime (CETS 224), as data."""
