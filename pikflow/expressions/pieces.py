"""Writing expressions of our language out of other languages: pieces with their precedence.

Each reader of another language walks its own tokens and joins pieces; brackets are set only where
our language needs them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pikflow.expressions.expression import compile_expression
from pikflow.expressions.lexer import MAX_NESTING
from pikflow.expressions.syntax import MAX_LENGTH

CHOICE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, VALUE = range(1, 10)
NAME = re.compile(r"[A-Za-zÄÖÜäöüß][A-Za-zÄÖÜäöüß_0-9]*(?:\.[A-Za-zÄÖÜäöüß][A-Za-zÄÖÜäöüß_0-9]*)*")
_OPPOSITE = re.compile(r'([\w.]+) (==|!=) ("[^"\\]*"|[\w.]+)')


class Untranslatable(Exception):  # noqa: N818 - it is an answer, not a fault
    """The text says something that has no counterpart here, or is not of its language.

    `reason` is a German sentence, `hint` what to do instead.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint or "Schreiben Sie den Ausdruck in der Ausdruckssprache neu."


class Piece(NamedTuple):
    """Text of our language and how tightly it binds."""

    text: str
    level: int = VALUE

    def at(self, level: int) -> str:
        """As an operand of something that binds as tightly as `level`."""
        return self.text if self.level >= level else f"({self.text})"


def literal(text: str) -> Piece:
    """A text of the other language as text of ours."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    if not text.replace("\n", "").replace("\t", "").isprintable():
        raise Untranslatable("Der Text enthält unsichtbare Zeichen.")
    return Piece(f'"{inner}"')


def joined(word: str, level: int, pieces: Iterable[Piece]) -> Piece:
    """`a and b and c`; a single piece as it is."""
    found = list(pieces)
    if len(found) == 1:
        return found[0]
    return Piece(f" {word} ".join(piece.at(level) for piece in found), level)


def compared(left: Piece, sign: str, right: Piece) -> Piece:
    return Piece(f"{left.at(SUM)} {sign} {right.at(SUM)}", COMPARE)


def negated(piece: Piece) -> Piece:
    """The contrary; plain equality is turned around, everything else gets a `not`."""
    match = _OPPOSITE.fullmatch(piece.text)
    if match:
        return Piece(f"{match[1]} {'!=' if match[2] == '==' else '=='} {match[3]}", COMPARE)
    if piece.level == NOT and piece.text.startswith("not "):
        return Piece(tidied(piece.text.removeprefix("not ")), COMPARE)
    return Piece(f"not {piece.at(COMPARE)}", NOT)


def choice(condition: Piece, then: Piece, otherwise: Piece) -> Piece:
    return Piece(f"{then.at(OR)} if {condition.at(OR)} else {otherwise.at(CHOICE)}", CHOICE)


def call(name: str, *given: Piece) -> Piece:
    return Piece(f"{name}({', '.join(piece.text for piece in given)})")


def finished(piece: Piece) -> str:
    """The text, once our own reader has taken it; raises Untranslatable or ExpressionError."""
    if len(piece.text) > MAX_LENGTH:
        raise Untranslatable(f"Der Ausdruck wäre länger als {MAX_LENGTH} Zeichen.")
    compile_expression(piece.text)
    return piece.text


def tidied(text: str) -> str:
    """An expression without brackets around the whole of it."""
    if text.startswith("(") and text.endswith(")") and _closes_last(text):
        return tidied(text[1:-1].strip())
    return text


def _closes_last(text: str) -> bool:
    depth, quote, skip = 0, "", False
    for place, sign in enumerate(text):
        if skip:
            skip = False
        elif quote:
            skip = sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if depth == 0 and place < len(text) - 1:
                return False
    return True


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A dotted name under its new name: the whole of it or its beginning."""
    best = next((part for part in _beginnings(text) if part in names), None)
    return text if best is None else names[best] + text[len(best) :]


def _beginnings(text: str) -> list[str]:
    parts = text.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def refuse_depth(text: str) -> None:
    """Refuse what nests deeper than any expression here may, before a reader goes into it."""
    depth = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if depth > MAX_NESTING:
            raise Untranslatable("Der Ausdruck ist zu tief verschachtelt.", "Teilen Sie ihn auf.")


class Word(NamedTuple):
    """`kind` is number, text, name, sign or end."""

    kind: str
    text: str


class Words:
    """A walk over the words of an expression of another language."""

    def __init__(self, source: str, pattern: re.Pattern[str], language: str) -> None:
        if len(source) > MAX_LENGTH:
            raise Untranslatable(f"Der Ausdruck hat mehr als {MAX_LENGTH} Zeichen.")
        refuse_depth(source)
        self.language = language
        self.words: list[Word] = []
        self.place = 0
        self.depth = 0
        position = 0
        while position < len(source):
            match = pattern.match(source, position)
            if match is None:
                raise self.unreadable(source[position])
            if match.lastgroup != "space":
                self.words.append(Word(match.lastgroup or "", match[match.lastgroup or 0]))
            position = match.end()
        self.words.append(Word("end", ""))

    @property
    def now(self) -> Word:
        return self.words[self.place]

    def ahead(self, steps: int = 1) -> Word:
        return self.words[min(self.place + steps, len(self.words) - 1)]

    def take(self) -> Word:
        word = self.now
        self.place += word.kind != "end"
        return word

    def at(self, *texts: str) -> bool:
        return self.now.kind in ("sign", "name") and self.now.text in texts

    def skip(self, *texts: str) -> bool:
        found = self.at(*texts)
        self.place += found
        return found

    def need(self, text: str) -> None:
        if not self.skip(text):
            raise self.unreadable(self.now.text or "Ende")

    def deeper(self) -> None:
        """One more level; a run of signs nests as brackets do."""
        self.depth += 1
        if self.depth > MAX_NESTING * 4:
            raise Untranslatable("Der Ausdruck ist zu tief verschachtelt.", "Teilen Sie ihn auf.")

    def unreadable(self, sign: str) -> Untranslatable:
        return Untranslatable(f"Das ist kein {self.language} („{sign[:30]}“ passt nicht).")


def unquoted(text: str) -> str:
    """The meaning of a quoted text with backslashes, quotes included in `text`."""
    return re.sub(r"\\(.)", lambda match: _PLAIN.get(match[1], match[1]), text[1:-1], flags=re.S)


_PLAIN = {"n": "\n", "t": "\t", "r": "\r"}
