"""Orders from files: CSV or JSON lines, read row by row, checked whole before any of it is stored."""

from evenhand.orders.imports.report import BadRow, ImportReport
from evenhand.orders.imports.run import import_orders

__all__ = ["BadRow", "ImportReport", "import_orders"]
