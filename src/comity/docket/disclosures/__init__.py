"""Demands about users, on the same docket as every other: kept at receipt, assessed with every law that applies,
answered by persons, collected under a grant, looked at, let go, packed, fetched; contested where they must be.

``walking`` is what the machine does by itself, ``desk`` the commands of people, ``fetching`` those of authorities,
``reading`` what they see. The rows are the docket's own cases and the table of moves is ``docket.user_procedure``.
"""
