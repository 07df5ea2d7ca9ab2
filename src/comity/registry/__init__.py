"""Who may demand and who works here: authorities, their credentials, call-backs, staff.

Takes what staff propose and confirm; gives an ``AuthenticatedSender`` or why not. It never takes a sender's own word
(a mailbox, a number in the message), never lets one person do what takes two, and never changes without an entry.
"""
