from django.apps import AppConfig


class PostmortemsConfig(AppConfig):
    """IRFs and RCAs. Empty until they are built: the place is kept."""

    name = "postmortems"
    verbose_name = "Post-mortems"
