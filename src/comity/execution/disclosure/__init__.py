"""Collecting users' records under a grant, and making of them what an authority may have.

Takes an ``Entered[DisclosureDecision]``, gives ``Collection``s: *ordered*, then *performed* or *failed*, with the data
set in custody. It asks the platform only by a grant whose decision verifies, cuts what comes to that grant before
anybody sees it, reports what was too much, and keeps records from deletion where a demand says so. It redacts, and
packs what two forms of custody hold into one sealed, encrypted file. It decides nothing and delivers nothing.
"""
