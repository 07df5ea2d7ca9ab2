"""What follows from a match: a person looks, it is disabled and a person looks, or it passes.

Takes: rules that named people propose, approve and end; matches, and how their banks and items stand now.
Gives: the measure for a detection and the rule that spoke (``rules``); the rules in force for the match service.
Never: acts on content, disables by a rule that one person made alone, speaks where a bank is only tried.
"""
