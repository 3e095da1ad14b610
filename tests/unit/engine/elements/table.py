from .events import rows
ROWS = list(rows())
