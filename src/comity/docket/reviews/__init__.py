"""Reviews: what a match leads to, and a named person's look at it.

Takes: detections, from uploads and from hunts; what reviewers say.
Gives: one review for all that is the same content; decisions with a ground and the assessment of Article 1(3); acts
through the spine; statements of reasons; what the decisions say of each bank.
Never: shows a picture unasked, shows again what was decided, disables by itself without a rule of two people.
"""
