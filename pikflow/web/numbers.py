"""Whole numbers as addresses and forms carry them: text that may hold anything."""

_DIGITS = 9  # what every database column takes


def read_whole(text: str) -> int | None:
    """A whole number from 0 with at most nine digits; None for any other text."""
    typed = text.strip()
    return int(typed) if typed.isdecimal() and len(typed) <= _DIGITS else None
