"""Communications (Retention of Data) Act 2011 (Ireland), as data."""
