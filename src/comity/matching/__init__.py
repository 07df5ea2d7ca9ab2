"""What content is compared by, and the search for it.

Takes: content that somebody uploads or that the platform stores (pictures, films, texts, addresses), and signals that
lists of known material give.
Gives: signals of content, each with the recipe that made it (``signals``); which signals lie within a distance
(``index``).
Never: decides that content is unlawful, follows a link, keeps content, decodes anything in this process, or compares
by an approximation that loses copies without saying so.

Numbers and decoders come with the extra ``matching``; without it the house runs, and what needs them says so
(``errors.MissingLibraries``). This module imports nothing: the confined decoders import the package by name, and each
of their starts is paid for by whoever waits.
"""
