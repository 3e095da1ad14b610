"""What lists share: the page number in the address and the chips of set filters."""

from dataclasses import dataclass

from flask import request

from pikflow.web.numbers import read_whole

_LAST_PAGE = 100_000


@dataclass(frozen=True)
class Chip:
    """A filter that is set, and the address of the same list without it."""

    label: str
    url: str


def page_number() -> int:
    """The page asked for, from 1; anything else counts as the first."""
    return min(max(read_whole(request.args.get("seite", "1")) or 1, 1), _LAST_PAGE)
