"""The officers' pages: their authority's orders, filing one, following it. Other kinds of accounts have own folders."""
