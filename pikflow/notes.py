"""What became of a file that another product wrote: one note for everything that is not as it was.

The engine and the forms write notes, services collect them, pages and the command line show them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Fate = Literal["translated", "kept", "missing"]

LONGEST = 300  # characters of what stood there before and stands there now
MOST = 2_000  # notes of one file


@dataclass(frozen=True)
class Note:
    """One remark. `fate` says whether the thing was translated, is kept without effect, or is
    missing here and has to be made by hand.

    `line` is 1-based in the original file, 0 when the file as a whole is meant (for tables the row
    of the sheet); `element` names the place in the words of the file; `what` is a German sentence,
    `hint` says what to do; `before` and `after` are what stood there and what stands there now.
    """

    file: str
    line: int
    element: str
    fate: Fate
    what: str
    before: str = ""
    after: str = ""
    hint: str = ""


@dataclass
class Notes:
    """Collects the notes of one file; the same note is taken once."""

    file: str
    found: dict[Note, None] = field(default_factory=dict)

    def translated(
        self, what: str, before: str, after: str, hint: str = "", *, at: int = 0, element: str = ""
    ) -> None:
        self._add(Note(self.file, at, element, "translated", what, before, after, hint))

    def kept(
        self, what: str, before: str = "", hint: str = "", *, at: int = 0, element: str = ""
    ) -> None:
        self._add(Note(self.file, at, element, "kept", what, before, "", hint))

    def missing(
        self, what: str, before: str = "", hint: str = "", *, at: int = 0, element: str = ""
    ) -> None:
        self._add(Note(self.file, at, element, "missing", what, before, "", hint))

    def __iter__(self) -> Iterator[Note]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def _add(self, note: Note) -> None:
        if len(self.found) < MOST:
            short = Note(
                *(note.file, note.line, shown(note.element, 100), note.fate, shown(note.what)),
                *(shown(note.before), shown(note.after), shown(note.hint)),
            )
            self.found.setdefault(short)
        elif len(self.found) == MOST:
            what = f"Es gibt mehr als {MOST} Hinweise; die übrigen stehen nicht hier."
            self.found.setdefault(Note(self.file, 0, "", "missing", what))


def shown(text: str, most: int = LONGEST) -> str:
    """The text short enough for a line, without what a screen can't show."""
    text = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text[: most * 2])
    text = text.strip()
    return text if len(text) <= most else f"{text[: most - 1]}…"


def in_order(notes: Iterable[Note]) -> list[Note]:
    """By file, then what is missing before what is translated and what is kept, then by line."""
    ranks = {"missing": 0, "translated": 1, "kept": 2}
    return sorted(notes, key=lambda note: (note.file, ranks[note.fate], note.line, note.element))
