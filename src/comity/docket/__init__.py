"""The procedure: whose turn it is, until when. The only door to the stages.

Takes commands from the doors and news from clocks, gives views. It carries documents from one stage to the next and
judges nothing itself: every move is in ``procedure.py``, every judgement in a stage.
"""
