"""Pages: what the doors for people share below their own templates, so that they look and answer alike.

Takes: a door's table of files; a law's form and what somebody typed. Gives: the base style sheet, each file under an
address that carries its digest; the form as controls, and back.
Never does: know a case, a person or a docket, or decide who may see anything.
"""

from comity.pages.files import File, Files, Source

__all__ = ["File", "Files", "Source"]
