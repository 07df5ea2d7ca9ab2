"""Conflicts of law: every law that binds, bars or opens a route for a demand, and the route that is lawful. Pure.

Takes the facts of a demand (``facts_of``) and the moment whose law counts; gives a ``Picture`` (``picture``): for each
category of data the route, the laws behind it, why not the others and which fact would change it; the assessment of one
law weighed with all of it (``weigh``); section E of an objection, filled beforehand (``section_e``); and the whole
matrix (``cells``) as ``comity law matrix`` prints it. Data: ``matrix.yaml`` (the route by states, category and mode),
``laws.yaml`` (what each law says by itself), ``persons.yaml`` (who is protected), ``objections.yaml``. It never guesses
an unknown fact, and what no row decides goes to a named lawyer.
"""

from comity.law.conflicts.cells import Cell, Selection, cells, usual_mode
from comity.law.conflicts.objecting import section_e
from comity.law.conflicts.picture import Picture, Way, picture
from comity.law.conflicts.reading import Wanted, facts_of, wanted
from comity.law.conflicts.shelf import labels, shelf
from comity.law.conflicts.weighing import clock, weigh

__all__ = [
    "Cell",
    "Picture",
    "Selection",
    "Wanted",
    "Way",
    "cells",
    "clock",
    "facts_of",
    "labels",
    "picture",
    "section_e",
    "shelf",
    "usual_mode",
    "wanted",
    "weigh",
]
