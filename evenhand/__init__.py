"""Evenhand: masked, judged and recorded messages between the buyers and sellers of a marketplace."""

__version__ = "0.1.0"
