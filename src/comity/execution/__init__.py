"""Carrying out what was decided: one room a kind of execution, none knows another."""
