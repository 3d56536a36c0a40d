"""Imports what the parts need, once, in the process they are forked from; opens nothing and starts nothing."""

from importlib import import_module

import django

django.setup()

for name in ("cli.parts", "connectors.authentication", "connectors.listener.serving", "connectors.smarthost"):
    import_module(f"evenhand.{name}")
import_module("evenhand.relay.worker")
