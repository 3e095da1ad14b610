"""What lists share: the page number in the address and the chips of set filters."""

from dataclasses import dataclass

from flask import request

_LAST_PAGE = 100_000


@dataclass(frozen=True)
class Chip:
    """A filter that is set, and the address of the same list without it."""

    label: str
    url: str


def page_number() -> int:
    """The page asked for, from 1; anything else counts as the first."""
    typed = request.args.get("seite", "1")
    return min(max(int(typed), 1), _LAST_PAGE) if typed.isdecimal() and len(typed) < 8 else 1
