"""Expressions of XLSForm (XPath of ODK) into our language.

`${name}` are fields; empty answers are `''` there and nothing here. Comparisons look at the kind
of the field: a choice is text here, also where its value is written as a number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pikflow.expressions import ExpressionError
from pikflow.expressions.pieces import (
    AND,
    COMPARE,
    OR,
    PRODUCT,
    SIGN,
    SUM,
    Piece,
    Untranslatable,
    Words,
    call,
    choice,
    compared,
    finished,
    joined,
    literal,
    negated,
)

_WORD = re.compile(
    r"(?P<space>\s+)|(?P<field>\$\{\s*[^}\s]+\s*\})|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<name>[^\W\d][\w-]*(?::[\w-]+)?)"
    r"|(?P<sign>!=|<=|>=|\.\.|[-+*/=<>()\[\],.|@])"
)
_COMPARED = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_PLAIN = {  # function: arguments, and what it is here
    "string-length": (1, "len"),
    "count-selected": (1, "len"),
    "number": (1, "number"),
    "string": (1, "text"),
    "abs": (1, "abs"),
    "today": (0, "today"),
    "upper-case": (1, "upper"),
    "lower-case": (1, "lower"),
    "starts-with": (2, "starts_with"),
    "normalize-space": (1, "strip"),
}
_AGAIN = "Schreiben Sie den Ausdruck in der Ausdruckssprache neu, oder rechnen Sie ihn vorher aus."


@dataclass(frozen=True)
class Variable:
    """A field as expressions know it: its id here, its type here, and the group it is a column
    of; `options` are the values of a choice."""

    here: str
    kind: str
    group: str = ""
    options: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Surroundings:
    """Where an expression stands: all fields by their old names, the group around, the own field
    (`.`)."""

    fields: Mapping[str, Variable]
    group: str = ""
    own: Variable | None = None


def translated(text: str, around: Surroundings) -> str:
    """An XLSForm expression in our language; raises Untranslatable."""
    if "#" in text or "\\" in text:
        raise Untranslatable("Der Ausdruck enthält Zeichen, die hier nicht gelesen werden.", _AGAIN)
    reader = _Reader(text, around)
    piece = reader.expression()
    if reader.words.now.kind != "end":
        raise reader.words.unreadable(reader.words.now.text)
    try:
        return finished(piece.piece)
    except ExpressionError as fault:
        raise Untranslatable(fault.reason, fault.hint) from None


@dataclass(frozen=True)
class _Value:
    """A piece, the kind of field it is of, and the text of a literal."""

    piece: Piece
    kind: str = ""
    constant: str | None = None
    options: frozenset[str] = field(default_factory=frozenset)


class _Reader:
    def __init__(self, text: str, around: Surroundings) -> None:
        self.words = Words(text.strip(), _WORD, "XPath")
        self.around = around

    def expression(self) -> _Value:
        self.words.deeper()
        parts = [self._both()]
        while self.words.skip("or"):
            parts.append(self._both())
        self.words.depth -= 1
        return parts[0] if len(parts) == 1 else _joined("or", OR, parts)

    def _both(self) -> _Value:
        parts = [self._compared()]
        while self.words.skip("and"):
            parts.append(self._compared())
        return parts[0] if len(parts) == 1 else _joined("and", AND, parts)

    def _compared(self) -> _Value:
        left = self._sum()
        while self.words.now.kind == "sign" and self.words.now.text in _COMPARED:
            sign = _COMPARED[self.words.take().text]
            left = _Value(_comparison(left, sign, self._sum()), "bool")
        return left

    def _sum(self) -> _Value:
        left = self._product()
        while self.words.at("+", "-"):
            sign = self.words.take().text
            text = f"{left.piece.at(SUM)} {sign} {self._product().piece.at(PRODUCT)}"
            left = _Value(Piece(text, SUM), "decimal")
        return left

    def _product(self) -> _Value:
        left = self._signed()
        while self.words.at("*", "div", "mod"):
            sign = {"div": "/", "mod": "%"}.get(self.words.now.text, "*")
            self.words.take()
            text = f"{left.piece.at(PRODUCT)} {sign} {self._signed().piece.at(SIGN)}"
            left = _Value(Piece(text, PRODUCT), "decimal")
        return left

    def _signed(self) -> _Value:
        if not self.words.skip("-"):
            return self._value()
        self.words.deeper()
        found = _Value(Piece(f"-{self._signed().piece.at(SIGN)}", SIGN), "decimal")
        self.words.depth -= 1
        return found

    def _value(self) -> _Value:
        word = self.words.take()
        if word.kind == "field":
            return self._field(word.text[2:-1].strip())
        if word.kind == "number":
            text = f"0{word.text}" if word.text.startswith(".") else word.text
            return _Value(Piece(text), "decimal", word.text)
        if word.kind == "text":
            return _Value(literal(word.text[1:-1]), "text", word.text[1:-1])
        if word.text == "(":
            inner = self.expression()
            self.words.need(")")
            return replace(inner, constant=None)
        if word.text == "." and self.around.own is not None:
            return self._variable(self.around.own)
        if word.kind == "name" and self.words.at("("):
            return self._call(word.text)
        raise self.words.unreadable(word.text or "Ende")

    def _field(self, name: str) -> _Value:
        variable = self.around.fields.get(name)
        if variable is None:
            raise Untranslatable(f"Das Feld „{name[:60]}“ gibt es nicht.", "Prüfen Sie den Namen.")
        return self._variable(variable)

    def _variable(self, variable: Variable) -> _Value:
        if variable.group and variable.group != self.around.group:
            raise Untranslatable(
                f"„{variable.here}“ steht in der Gruppe „{variable.group}“.",
                f"Zum Beispiel: sum(z.{variable.here} for z in {variable.group}).",
            )
        here = f"item.{variable.here}" if variable.group else variable.here
        return _Value(Piece(here), variable.kind, None, variable.options)

    # --- functions

    def _call(self, name: str) -> _Value:
        if name in ("sum", "count", "min", "max") and self.words.ahead().kind == "field":
            over = self._over_rows(name)
            if over is not None:
                return over
        self.words.need("(")
        given: list[_Value] = []
        while not self.words.skip(")"):
            if given:
                self.words.need(",")
            given.append(self.expression())
        return self._called(name, given)

    def _over_rows(self, name: str) -> _Value | None:
        """sum(${x}) of a column, count(${group}): all rows of the group."""
        variable = self.around.fields.get(self.words.ahead().text[2:-1].strip())
        if variable is None or self.words.ahead(2).text != ")":
            return None
        if variable.kind == "group" and name == "count":
            text = f"len({variable.here})"
        elif variable.group and variable.group != self.around.group:
            text = f"{name}(z.{variable.here} for z in {variable.group})"
            text = f"len({variable.group})" if name == "count" else text
        else:
            return None
        for _ in range(3):
            self.words.take()
        return _Value(Piece(text), "decimal")

    def _called(self, name: str, given: list[_Value]) -> _Value:
        pieces = [value.piece for value in given]
        match name, len(given):
            case "true" | "false", 0:
                return _Value(Piece(name), "bool")
            case "not", 1:
                return _Value(negated(pieces[0]), "bool")
            case "boolean", 1:
                return _Value(Piece(f"not not {pieces[0].at(COMPARE)}", COMPARE - 1), "bool")
            case "if", 3:
                return _Value(choice(*pieces), given[1].kind or given[2].kind)
            case "coalesce", 2:
                known = compared(pieces[0], "!=", Piece("null"))
                return _Value(choice(known, pieces[0], pieces[1]), given[0].kind)
            case ("selected", 2):
                return _Value(self._selected(*given), "bool")
            case "round", 1 | 2:
                return _Value(call("round", *pieces), "decimal")
            case "int", 1:
                return _Value(Piece(f"{pieces[0].at(PRODUCT)} // 1", PRODUCT), "decimal")
            case "concat", many if many:
                parts = [p if v.constant is not None and v.kind == "text" else call("text", p)
                         for p, v in zip(pieces, given, strict=True)]  # fmt: skip
                return _Value(joined("+", SUM, parts), "text")
            case (("min" | "max"), many) if many:
                return _Value(call(name, *pieces), "decimal")
            case "contains", 2:
                return _Value(Piece(f"{pieces[1].at(SUM)} in {pieces[0].at(SUM)}", COMPARE), "bool")
            case "date", 1 if given[0].constant:
                return _Value(call("date", *pieces), "date")
        if name in _PLAIN and _PLAIN[name][0] == len(given):
            here = _PLAIN[name][1]
            kind = {"today": "date", "len": "decimal", "number": "decimal", "abs": "decimal"}
            return _Value(call(here, *pieces), kind.get(here, "text"))
        raise Untranslatable(f"Die Funktion „{name}“ gibt es hier nicht.", _AGAIN)

    def _selected(self, where: _Value, what: _Value) -> Piece:
        wanted = literal(what.constant) if what.constant is not None else what.piece
        if where.kind == "multichoice":
            return Piece(f"{wanted.at(SUM)} in {where.piece.at(SUM)}", COMPARE)
        return compared(where.piece, "==", wanted)


def _joined(word: str, level: int, values: list[_Value]) -> _Value:
    return _Value(joined(word, level, (value.piece for value in values)), "bool")


def _comparison(left: _Value, sign: str, right: _Value) -> Piece:
    if left.constant is not None and right.constant is None:
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
        return _comparison(right, turned, left)
    constant = right.constant
    if constant is None:
        return compared(left.piece, sign, right.piece)
    if constant == "" and sign in ("==", "!="):
        return compared(left.piece, sign, Piece("null"))
    if left.kind == "multichoice" and sign in ("==", "!="):
        return compared(left.piece, sign, Piece(f"[{literal(constant).text}]"))
    if left.kind in ("text", "textarea", "choice") and right.kind == "decimal":
        if sign not in ("==", "!="):
            return compared(call("number", left.piece), sign, right.piece)
        return compared(left.piece, sign, literal(constant))
    if left.kind in ("integer", "decimal") and re.fullmatch(r"-?\d+(\.\d+)?", constant):
        return compared(left.piece, sign, Piece(constant))
    if left.kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", constant):
        return compared(left.piece, sign, call("date", literal(constant)))
    if left.kind in ("bool", "confirm") and right.kind == "text":
        raise Untranslatable("Hier wird Ja/Nein mit einem Text verglichen.", _AGAIN)
    return compared(left.piece, sign, right.piece)
