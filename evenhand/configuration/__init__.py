"""The operator's settings: read once from the environment and an optional TOML file, typed, checked."""

from evenhand.configuration.book import chosen_book
from evenhand.configuration.kept import keep_domain
from evenhand.configuration.reading import read_configuration
from evenhand.configuration.settings import DEFAULT_DOMAIN, Configuration, Endpoint, Misconfigured, Network

__all__ = [
    "DEFAULT_DOMAIN",
    "Configuration",
    "Endpoint",
    "Misconfigured",
    "Network",
    "chosen_book",
    "keep_domain",
    "read_configuration",
]
