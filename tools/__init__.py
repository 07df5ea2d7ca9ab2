"""Scripts that make runs. A package only so that the type checker finds ``django_settings``."""
