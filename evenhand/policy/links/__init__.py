"""The links of a message: found in pages and text, also where they are spelled in words, and told apart by kind."""

from evenhand.policy.links.find import links_of_page, links_of_text

__all__ = ["links_of_page", "links_of_text"]
