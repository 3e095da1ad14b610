"""The attack corpus of expressions (unit/expressions/attacks.json), for Python and the browser."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pikflow import values

_FILE = Path(__file__).parent / "unit" / "expressions" / "attacks.json"
_CORPUS = json.loads(_FILE.read_text(encoding="utf-8"))
_ROWS = 2_000
_FIRST = date(2000, 1, 1)


def _whole(entry: str | list[list[Any]]) -> str:
    """A text, or one told in parts of [text, times]."""
    if isinstance(entry, str):
        return entry
    return "".join(part * times for part, times in entry)


REFUSED: list[str] = [_whole(e) for group in _CORPUS["refused"].values() for e in group]
HARMLESS: list[tuple[str, Any]] = [
    (_whole(text), values.load(json.dumps(value))) for text, value in _CORPUS["harmless"]
]
SCRIPTS: list[str] = [_whole(entry) for entry in _CORPUS["scripts"]]
BOMBS: list[tuple[str, str]] = [(text, fault) for text, fault in _CORPUS["bombs"]]


def bomb_scope() -> dict[str, Any]:
    """Large data of each kind, within what forms let in: l, m numbers, k, s, t, v, w texts,
    n lists, r rows, g, h dated tables, d, e dates, x a number."""
    days = [_FIRST + timedelta(days=day) for day in range(_ROWS)]
    numbers = [Decimal(number) for number in range(_ROWS)]
    return {
        "l": numbers,
        "m": list(numbers),
        "n": [list(numbers) for _ in range(5)],
        "k": ["y" * 990] * 100,
        "s": "ß" * 90_000,
        "t": "x" * 90_000,
        "v": "x" + " " * 80_000 + "x",
        "w": "y" + "x" * 40_000,
        "r": [{"k": str(number), "n": number} for number in numbers],
        "g": {day.isoformat(): number for day, number in zip(days, numbers, strict=True)},
        "h": [{"ab": day, "wert": number} for day, number in zip(days, numbers, strict=True)],
        "d": days[0],
        "e": days[-1],
        "x": Decimal(999),
    }
