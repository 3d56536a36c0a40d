"""HTML as a mail program shows it: its visible text with a map to the source, its links, pictures and hidden words."""

from evenhand.policy.text.page.read import Anchor, Hidden, Page, read_page

__all__ = ["Anchor", "Hidden", "Page", "read_page"]
