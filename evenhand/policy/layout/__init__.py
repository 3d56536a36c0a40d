"""How a page is laid out: what its styles set, how wide and how large things are, where it is empty, what it loads."""

from evenhand.policy.layout.page import Layout, lay_out
from evenhand.policy.layout.parts import Declaration, Indent, Legacy, Picture, Resource, Turned

__all__ = ["Declaration", "Indent", "Layout", "Legacy", "Picture", "Resource", "Turned", "lay_out"]
