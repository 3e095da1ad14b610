"""FEEL text into tokens (DMN 1.3, 10.3.1)."""

import re
from typing import NamedTuple

from pikflow.expressions import ExpressionError

_SPACE = re.compile(r"(?:\s|/\*.*?\*/)+", re.S)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.(?!\.)[0-9]+)?|\.[0-9]+)")
_NAME = re.compile(r"[^\W\d]\w*")
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_SIGN = re.compile(r"\.\.|\*\*|<=|>=|!=|[-+*/<>=(){}\[\],.:?@]")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.S)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r"}


class NotFeelError(Exception):
    """The text is no FEEL; it may be in our own language."""


class Word(NamedTuple):
    """`kind` is number, text, name, sign or end; the meaning of a text is in `text`."""

    kind: str
    text: str
    spaced: bool = False


def words(source: str) -> list[Word]:
    """The tokens of a text, an `end` last; `spaced` says that space stands before one.

    Raises NotFeelError.
    """
    found: list[Word] = []
    position = 0
    while position < len(source):
        spaced = False
        if space := _SPACE.match(source, position):
            position, spaced = space.end(), True
            if position == len(source):
                break
        if source.startswith("//", position):
            raise untranslatable(
                "Ein Kommentar mit „//“", "Ganzzahlig teilt floor(a / b), Kommentare: /* ... */"
            )
        for kind, pattern in _KINDS:
            if match := pattern.match(source, position):
                text = _meaning(match[1]) if kind == "text" else match[0]
                found.append(Word(kind, text, spaced))
                position = match.end()
                break
        else:
            raise NotFeelError
    return [*found, Word("end", "")]


_KINDS = (("number", _NUMBER), ("text", _TEXT), ("name", _NAME), ("sign", _SIGN))


def _meaning(inner: str) -> str:
    def one(match: re.Match[str]) -> str:
        mark = match[1]
        if mark[0] in "uU" and len(mark) > 1:
            return chr(min(int(mark[1:], 16), 0x10FFFF))
        return _PLAIN.get(mark, mark)

    return _ESCAPE.sub(one, inner)


def quoted(text: str) -> str:
    """The text as a literal of our language."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{inner}"'


def untranslatable(what: str, hint: str) -> ExpressionError:
    """FEEL that has no counterpart here."""
    return ExpressionError("expression-foreign", f"{what} gibt es hier nicht.", hint)
