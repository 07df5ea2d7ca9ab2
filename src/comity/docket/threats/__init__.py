"""Threats to life: authorities are told promptly (2021/784 Art 14(5), 2022/2065 Art 18), by a named person's decision.

Takes what one of our people saw in an incident, a review or a case; gives the filled form, its recipients as the law
names them, and the proof that each was told. It never tells anybody by itself, and attaches no content.
"""
