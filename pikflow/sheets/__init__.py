"""Workbooks (XLSX) as plain rows of values, both ways."""

from pikflow.sheets.page import Choice, Page, cell_name
from pikflow.sheets.reading import read
from pikflow.sheets.writing import write

__all__ = ["Choice", "Page", "cell_name", "read", "write"]
