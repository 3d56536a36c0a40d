"""The record of everything said and decided, and the raw bytes behind it."""
