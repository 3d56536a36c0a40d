"""HTML as a mail program shows it: its visible text with a map to the source, its links, pictures and hidden words."""

from evenhand.policy.text.page.read import Anchor, Page, read_page

__all__ = ["Anchor", "Page", "read_page"]
