"""HI-1 messages of ETSI TS 103 120 as values: bytes of XML or JSON in, one tree with one meaning out, and back.

Takes bytes that an authority's machine sent; gives a ``Message`` or the one error that names what is wrong with it.
Both encodings read to the same values, so that nothing behind this room knows which one came. It keeps nothing, asks
nobody and decides nothing: whether a sender is who it says, and what an order is worth, others judge.

Source: ../../../docs/hi1.md says which parts of the standard were read where; its text was not at hand, so names and
rules come from implementations of it, and dictionaries are data.
"""

from comity.hi1.errors import ErrorCode, Hi1Error
from comity.hi1.message import Action, Message, Party, Verb
from comity.hi1.reading import read
from comity.hi1.writing import Answer, write

__all__ = ["Action", "Answer", "ErrorCode", "Hi1Error", "Message", "Party", "Verb", "read", "write"]
