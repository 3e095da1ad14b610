"""Compiled texts, kept while there is room; the room is counted in characters of source.

A compiled text takes about 230 bytes a character, so a bound on the number of texts alone would
let a few thousand long ones fill the memory.
"""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class TextCache(Generic[T]):
    """What `build` makes of a text, once per text; the oldest goes first when the room is used up.

    Reading takes no lock. Two threads may build the same text at once; either result is kept.
    """

    def __init__(self, build: Callable[[str], T], characters: int) -> None:
        self._build = build
        self._room = characters
        self._used = 0
        self._kept: dict[str, T] = {}
        self._lock = Lock()

    def get(self, text: str) -> T:
        """The compiled text; raises what `build` raises, and keeps no failures."""
        found = self._kept.get(text)
        if found is None:
            found = self._build(text)
            self._keep(text, found)
        return found

    def __len__(self) -> int:
        return len(self._kept)

    def _keep(self, text: str, built: T) -> None:
        with self._lock:
            if text in self._kept or len(text) > self._room:
                return
            self._kept[text] = built
            self._used += len(text)
            while self._used > self._room:
                oldest = next(iter(self._kept))
                del self._kept[oldest]
                self._used -= len(oldest)
