"""What can go wrong with a hunt, each with a stable code; the docstring is the message."""

from __future__ import annotations

from comity.matching.errors import MatchingFailure


class HuntFailure(MatchingFailure):
    """The hunt did not come to its end; what was found is not all."""

    code = "hunt_failure"

    def __init__(self, detail: str | None = None) -> None:
        text = type(self).__doc__ or ""
        super().__init__(f"{text} ({detail})" if detail else text)


class HuntIncomplete(HuntFailure):
    """The hunt is incomplete: a part of the catalogue could not be searched. What was found is not all."""

    code = "hunt_incomplete"


class QueryUnusable(HuntFailure, ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """Nothing can be hunted with this."""

    code = "hunt_query_unusable"


class WorkersUnusable(HuntFailure):
    """The hunt's workers cannot be used."""

    code = "hunt_workers_unusable"
