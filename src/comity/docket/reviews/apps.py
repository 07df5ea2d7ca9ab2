"""The tables of reviews, for Django."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The room ``reviews`` inside ``docket``."""

    name = "comity.docket.reviews"
    label = "reviews"
