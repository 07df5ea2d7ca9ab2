"""What people are told: notices with reasons and remedies, silence while the law demands it, complaints.

Takes entered documents; gives ``Notice``s and reasoned outcomes of complaints. It never tells anybody anything while
non-disclosure lasts, and while it lasts nothing outside differs, in kind, number or time, from a case without it.
"""
