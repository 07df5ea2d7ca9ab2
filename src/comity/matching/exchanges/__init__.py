"""Exchanges: programmes from which lists of signals are fetched, and to which opinions go back.

Takes: what a person says of an exchange; answers of the exchange, every one of them hostile.
Gives: changed banks (``banks.service.add_many``), each part of a list in one unit of work with its checkpoint.
Never: lists anything that it cannot read, follows an exchange to another host, keeps a secret.
"""
