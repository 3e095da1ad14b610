"""Cells: FEEL unary tests and expressions of DMN, compiled (DMN 1.3, 7.3.2 and 10.3.1).

An input cell asks something about the value of its column. Without that value it is a list of
tests of which one has to hold; `not(...)` holds when none does. With nothing in the column only
`-`, `null` and `not(...)` of single values hold.
"""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from pikflow.engine.decisions.feel import Interval, Reader, translated
from pikflow.engine.decisions.vocabulary import ENTRY, SUBJECT
from pikflow.engine.decisions.words import NotFeelError, untranslatable, words
from pikflow.expressions import Expression, ExpressionError, ExpressionFault, compile_expression
from pikflow.expressions.syntax import MAX_LENGTH
from pikflow.expressions.translation import Tree

_COMPLEMENT = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_VALUE = ["name", SUBJECT]
_SIGNS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ASKING = frozenset({"compare", "and", "or", "not"})
_ASKING_CALLS = frozenset({"any", "all", "starts_with", "sample"})


@dataclass(frozen=True)
class Condition:
    """An input cell: `expression` over the data and the column's value, None when all is welcome.

    `points` are the constants it compares with; None when it can't be told without data which
    values it takes.
    """

    text: str
    expression: Expression | None
    points: tuple[Any, ...] | None

    def holds(self, value: Any, scope: MutableMapping[str, Any]) -> bool:
        """Whether the cell takes this value of its column."""
        if self.expression is None:
            return True
        asked: MutableMapping[str, Any] = {SUBJECT: value}
        names = asked if self.points is not None else ChainMap(asked, scope)
        return self.expression.evaluate(names) is True

    @property
    def names(self) -> frozenset[str]:
        """The names of the case it reads."""
        found = self.expression
        if found is None:
            return frozenset()
        return frozenset(
            name for name in found.names | found.row_names if name.partition(".")[0] != SUBJECT
        )


def expression_of(
    text: str, *, ours: bool = False, names: Mapping[str, str] | None = None
) -> Expression:
    """An expression of FEEL or of our language (`ours` says that it is none of FEEL)."""
    meant = None if ours else translated(text, names)
    return compile_expression(text if meant is None else meant)


def condition_of(
    text: str, *, ours: bool = False, names: Mapping[str, str] | None = None
) -> Condition:
    """The test of an input cell; raises ExpressionError."""
    text = text.strip()
    if text in ("", "-"):
        return Condition(text, None, ())
    pieces, negated = _pieces(text, ours, names or {})
    trees = [piece.negated if negated else piece.tree for piece in pieces]
    tree = trees[0] if len(trees) == 1 else ["and" if negated else "or", *trees]
    points: list[Any] = []
    for piece in pieces:
        points += piece.points or ()
    decidable = all(piece.points is not None for piece in pieces)
    return Condition(text, Expression.of(text, tree), tuple(points) if decidable else None)


@dataclass(frozen=True)
class _Piece:
    """One test as a tree over the column's value, its contrary, and the constants in it."""

    tree: Tree
    negated: Tree
    points: tuple[Any, ...] | None


def _pieces(text: str, ours: bool, names: Mapping[str, str]) -> tuple[list[_Piece], bool]:
    if not ours and len(text) <= MAX_LENGTH:
        try:
            return _feel(Reader(words(text), names, subject=True))
        except NotFeelError:
            pass
    if text.startswith("=="):
        return [_compared("==", text[2:].strip())], False
    return [_plain(text, asked=False)], False


def _feel(reader: Reader) -> tuple[list[_Piece], bool]:
    negated = _is_negation(reader)
    if negated:
        reader.take()
        reader.take()
    pieces = [_one(reader)]
    while reader.skip(","):
        pieces.append(_one(reader))
    if negated:
        reader.need(")")
    reader.expect_end()
    return pieces, negated


def _is_negation(reader: Reader) -> bool:
    """Whether `not(` opens a bracket that closes at the very end."""
    if not (reader.at("not") and reader.tokens[1].text == "("):
        return False
    depth = 0
    for place, word in enumerate(reader.tokens[1:], start=1):
        if word.kind == "sign" and word.text in "()":
            depth += 1 if word.text == "(" else -1
        if depth == 0:
            return reader.tokens[place + 1].kind == "end"
    return False


def _one(reader: Reader) -> _Piece:
    if reader.now.kind == "sign" and reader.now.text in _SIGNS:
        sign = _SIGNS[reader.take().text]
        return _compared(sign, reader.sum())
    interval = reader.interval()
    if interval is not None:
        return _within(interval)
    reader.asked = False
    text = reader.expression()
    return _plain(text, asked=reader.asked)


def _compared(sign: str, text: str) -> _Piece:
    end = compile_expression(text)
    return _Piece(
        ["compare", _VALUE, [sign, end.tree]],
        ["compare", _VALUE, [_COMPLEMENT[sign], end.tree]],
        _constants(end),
    )


def _within(interval: Interval) -> _Piece:
    low, high = compile_expression(interval.low), compile_expression(interval.high)
    over, under = interval.low_sign, interval.high_sign
    points = _constants(low), _constants(high)
    return _Piece(
        ["and", ["compare", low.tree, [over, _VALUE]], ["compare", _VALUE, [under, high.tree]]],
        [
            "or",
            ["compare", low.tree, [_COMPLEMENT[over], _VALUE]],
            ["compare", _VALUE, [_COMPLEMENT[under], high.tree]],
        ],
        None if points[0] is None or points[1] is None else (*points[0], *points[1]),
    )


def _plain(text: str, *, asked: bool) -> _Piece:
    """An expression: a question with `?`, else a value or a list the column's value is in."""
    found = compile_expression(text)
    if asked:
        return _Piece(found.tree, ["not", found.tree], None)
    kind, *rest = found.tree
    if kind in _ASKING or kind == "call" and rest[0] in _ASKING_CALLS:
        raise untranslatable(
            "Eine Bedingung ohne den Wert der Spalte",
            "Den Wert der Spalte nennt ?, zum Beispiel: ? > grenze",
        )
    points = _constants(found)
    same = ["compare", _VALUE, ["==", found.tree]]
    if points is not None and not isinstance(points[0], list):
        return _Piece(same, ["compare", _VALUE, ["!=", found.tree]], points)
    entry = ["compare", ["name", ENTRY], ["==", _VALUE]]
    among = ["or", same, ["call", "any", ["each", ENTRY, found.tree, None, entry]]]
    return _Piece(among, ["not", among], None if points is None else tuple(points[0]))


def _constants(found: Expression) -> tuple[Any, ...] | None:
    """The value of an expression that reads nothing; None when it has to wait for a case."""
    if found.names or found.row_names or "today" in found.text:
        return None
    try:
        return (found.evaluate({}),)
    except ExpressionFault as fault:
        raise ExpressionError("expression-forbidden", fault.message, fault.hint) from None
