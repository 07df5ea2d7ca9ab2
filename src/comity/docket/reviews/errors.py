"""What reviews refuse, in words for the person who asked."""

from __future__ import annotations

from comity.docket.errors import DocketRefused


class NoSuchReview(DocketRefused):
    """There is no such review."""

    code = "no_such_review"


class NoSuchPicture(DocketRefused):
    """There is nothing of this kind to be shown."""

    code = "no_such_picture"


class FilmTooLarge(DocketRefused):
    """It is larger than 256 MiB, and no moments of it are shown. Download it on a machine meant for it."""

    code = "film_too_large"


class NoMoments(DocketRefused):
    """No moment of this film can be shown. Download it on a machine meant for it."""

    code = "no_moments"


class NothingIsClear(DocketRefused):
    """Nothing is shown clearly unless you chose to look at it, and only as long as one look lasts."""

    code = "nothing_is_clear"


class NothingFailed(DocketRefused):
    """This does not wait to be tried again."""

    code = "nothing_failed"


class NoAddress(DocketRefused):
    """The platform has no address under which it could be disabled."""

    code = "no_address"


class ClaimedByAnother(DocketRefused):
    """A colleague has this review. Take another one, or come back when theirs has run out."""

    code = "claimed_by_another"


class NotClaimed(DocketRefused):
    """Claim the review first: so that no two people look at the same."""

    code = "not_claimed"


class AlreadyDecided(DocketRefused):
    """This review does not wait for a decision any more."""

    code = "review_decided"


class GroundMissing(DocketRefused):
    """What is disabled names a ground: a point of Article 2(7), or a clause of the provider's terms."""

    code = "ground_missing"


class AssessmentMissing(DocketRefused):
    """Say what speaks for and against education, journalism, art, research or counter-speech (Article 1(3))."""

    code = "exclusion_assessment_missing"


class SecondNeeded(DocketRefused):
    """Where one person cannot tell whether Article 1(3) excludes it, another person's opinion is asked first."""

    code = "second_opinion_needed"


class OwnOpinion(DocketRefused):
    """Nobody is their own second person."""

    code = "same_person_twice"


class NothingEarlier(DocketRefused):
    """There is no earlier decision to apply here."""

    code = "nothing_earlier"


class NothingChosen(DocketRefused):
    """A decision is about at least one detection."""

    code = "nothing_chosen"


class DemandNamed(DocketRefused):
    """Copies are disabled on your own ground, and whoever stored them reads these words: do not name the demand."""

    code = "demand_named"


class PauseImposed(DocketRefused):
    """You have looked long enough for now: a pause is imposed, and nothing is shown to you until it is over."""

    code = "pause_imposed"


class DayIsOver(DocketRefused):
    """You have looked as long as one person looks in a day. Nothing is shown to you before tomorrow."""

    code = "exposure_of_the_day"
