"""Tells Django that all rooms are one app."""

from django.apps import AppConfig


class EvenhandConfig(AppConfig):
    """The one installed app; its tables live in the rooms and are gathered by `evenhand.models`."""

    name = "evenhand"
    label = "evenhand"
    verbose_name = "Evenhand"
    default_auto_field = "django.db.models.BigAutoField"
