"""The overseers' pages: every case's skeleton and proofs; documents and exhibits only after a reason was entered.

Nothing here changes a case: the only commands are the two openings, and all they enter is that somebody opened.
"""
