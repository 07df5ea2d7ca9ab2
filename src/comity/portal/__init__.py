"""The door of officers and overseers: one host, one cookie, one table of sessions, none of them shared with staff.

Takes what a person from outside asks for after proving possession of a passkey; gives pages. It decides nothing: every
command goes to the object behind ``commands.Commands``. What an outsider sees never depends on whether an account, an
authority's enrolment or an order exists. Each kind of account has its own pages behind its own gate (``kinds``).
"""
