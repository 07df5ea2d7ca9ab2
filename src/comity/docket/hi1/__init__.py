"""HI-1: what authorities' machines create, change and ask for by messages of ETSI TS 103 120.

Takes one message of an authenticated client as bytes; gives one answer in the same encoding, and later notices of what
became of the objects in it. A message is one unit of work: all of what it changes happens, or nothing. It never
believes the sender that a message names, never shows an authority another's objects, and never decides about a demand:
the certificate that objects make goes the way of every demand.
"""
