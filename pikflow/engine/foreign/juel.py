"""JUEL, the expressions of Camunda 7 and Flowable in ${...} and #{...}, into our language.

Only what means the same here is translated. JUEL turns texts into numbers and truth values before
it compares them; a comparison with such a text is refused.
"""

import re
from collections.abc import Mapping

from pikflow.expressions.pieces import (
    AND,
    COMPARE,
    NAME,
    OR,
    PRODUCT,
    SIGN,
    SUM,
    VALUE,
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
    renamed,
    unquoted,
)

_WORD = re.compile(
    r"(?P<space>\s+)|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<name>[^\W\d]\w*)|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:()\[\],.])",
    re.S,
)
_COMPARED = {
    **{"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="},
    **{"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="},
}
_COERCED = re.compile(r'"\s*(?:[-+]?[\d.,]+|true|false)\s*"', re.IGNORECASE)
_CALL = "Rechnen Sie den Wert vorher in einer Skript-Aufgabe aus."
_NOTHING = 'null, "", [], {}'


def body(text: str) -> str | None:
    """What stands inside of one ${...} or #{...} that is the whole text; None otherwise."""
    text = text.strip()
    if text[:2] not in ("${", "#{") or not text.endswith("}"):
        return None
    inside = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", "", text[2:-1])
    return None if "}" in inside else text[2:-1].strip()


def translated(text: str, names: Mapping[str, str]) -> str:
    """One ${...} or #{...} in our language; `names` are variables that are called differently
    here. Raises Untranslatable or ExpressionError."""
    inside = body(text)
    if inside is None:
        raise Untranslatable(
            "Text und Ausdruck sind gemischt.",
            "Schreiben Sie einen einzigen Ausdruck; Texte verbindet man mit +.",
        )
    if not inside:
        raise Untranslatable("Der Ausdruck ist leer.")
    reader = _Reader(inside, names)
    piece = reader.expression()
    if reader.words.now.kind != "end":
        raise reader.words.unreadable(reader.words.now.text)
    return finished(piece)


class _Reader:
    def __init__(self, source: str, names: Mapping[str, str]) -> None:
        self.words = Words(source, _WORD, "JUEL")
        self.names = names

    def expression(self) -> Piece:
        self.words.deeper()
        condition = self._either()
        if self.words.skip("?"):
            then = self.expression()
            self.words.need(":")
            condition = choice(condition, then, self.expression())
        self.words.depth -= 1
        return condition

    def _either(self) -> Piece:
        parts = [self._both()]
        while self.words.skip("||", "or"):
            parts.append(self._both())
        return joined("or", OR, parts)

    def _both(self) -> Piece:
        parts = [self._equal()]
        while self.words.skip("&&", "and"):
            parts.append(self._equal())
        return joined("and", AND, parts)

    def _equal(self) -> Piece:
        left = self._related()
        while self.words.at("==", "!=", "eq", "ne"):
            left = self._compared(left, self._related)
        return left

    def _related(self) -> Piece:
        left = self._sum()
        while self.words.at("<", "<=", ">", ">=", "lt", "le", "gt", "ge"):
            left = self._compared(left, self._sum)
        return left

    def _compared(self, left: Piece, operand: object) -> Piece:
        sign = _COMPARED[self.words.take().text]
        right = operand()  # type: ignore[operator]
        for side in (left, right):
            if _COERCED.fullmatch(side.text):
                raise Untranslatable(
                    f"JUEL vergleicht {side.text} auch mit einer Zahl oder mit Ja/Nein.",
                    "Schreiben Sie den Wert ohne Anführungszeichen, wenn keine Texte gemeint sind.",
                )
        return compared(left, sign, right)

    def _sum(self) -> Piece:
        left = self._product()
        while self.words.at("+", "-"):
            sign = self.words.take().text
            left = Piece(f"{left.at(SUM)} {sign} {self._product().at(PRODUCT)}", SUM)
        return left

    def _product(self) -> Piece:
        left = self._signed()
        while self.words.at("*", "/", "%", "div", "mod"):
            sign = {"div": "/", "mod": "%"}.get(self.words.now.text, self.words.now.text)
            self.words.take()
            left = Piece(f"{left.at(PRODUCT)} {sign} {self._signed().at(SIGN)}", PRODUCT)
        return left

    def _signed(self) -> Piece:
        self.words.deeper()
        try:
            if self.words.skip("!", "not"):
                return negated(self._signed())
            if self.words.skip("-"):
                return Piece(f"-{self._signed().at(SIGN)}", SIGN)
            if self.words.skip("empty"):
                return Piece(f"{self._signed().at(SUM)} in [{_NOTHING}]", COMPARE)
            return self._member()
        finally:
            self.words.depth -= 1

    def _member(self) -> Piece:
        value = self._value()
        while True:
            if self.words.skip("."):
                name = self.words.take()
                if name.kind != "name":
                    raise self.words.unreadable(name.text)
                value = self._method(value, name.text) if self.words.at("(") else _part(
                    value, name.text
                )  # fmt: skip
            elif self.words.skip("["):
                key = self.words.take()
                self.words.need("]")
                if key.kind != "text":
                    raise Untranslatable(
                        "Auf Einträge einer Liste wird hier nicht mit Nummern zugegriffen.",
                        'Nehmen Sie find(liste, "feld", wert).',
                    )
                value = _part(value, unquoted(key.text))
            else:
                return self._renamed(value)

    def _renamed(self, value: Piece) -> Piece:
        plain = NAME.fullmatch(value.text) and value.level == VALUE
        return Piece(renamed(value.text, self.names)) if plain else value

    def _value(self) -> Piece:
        word = self.words.take()
        if word.kind == "number":
            return Piece(f"0{word.text}" if word.text.startswith(".") else word.text)
        if word.kind == "text":
            return literal(unquoted(word.text))
        if word.kind == "sign" and word.text == "(":
            inner = self.expression()
            self.words.need(")")
            return Piece(inner.text, inner.level)
        if word.kind != "name":
            raise self.words.unreadable(word.text or "Ende")
        if word.text in ("true", "false", "null"):
            return Piece(word.text)
        if self.words.at("("):
            raise Untranslatable(f"Die Funktion „{word.text}“ gibt es hier nicht.", _CALL)
        if self.words.now.text == ":" and self.words.ahead(2).text == "(":
            raise Untranslatable(f"Die Funktionen „{word.text}:…“ gibt es hier nicht.", _CALL)
        return Piece(word.text)

    def _given(self) -> list[Piece]:
        self.words.need("(")
        given: list[Piece] = []
        while not self.words.skip(")"):
            if given:
                self.words.need(",")
            given.append(self.expression())
        return given

    def _method(self, value: Piece, name: str) -> Piece:
        given = self._given()
        if value.text in ("execution", "task", "caseExecution") and len(given) == 1:
            return self._variable(name, given[0])
        value = self._renamed(value)
        if not given:
            if name in ("size", "length"):
                return call("len", value)
            if name == "isEmpty":
                return compared(call("len", value), "==", Piece("0"))
            if name in ("toLowerCase", "toUpperCase"):
                return call(name.removeprefix("to").removesuffix("Case").lower(), value)
            if name == "booleanValue":
                return value
            if name == "trim":
                return call("strip", value)
        if len(given) == 1:
            if name == "equals":
                return compared(value, "==", given[0])
            if name == "contains":
                return Piece(f"{given[0].at(SUM)} in {value.at(SUM)}", COMPARE)
            if name == "startsWith":
                return call("starts_with", value, given[0])
        raise Untranslatable(f"Der Aufruf „{name}(…)“ hat hier kein Gegenstück.", _CALL)

    def _variable(self, method: str, name: Piece) -> Piece:
        """execution.getVariable("x") and hasVariable: the variable itself."""
        plain = name.text.strip('"')
        if not NAME.fullmatch(plain) or method not in ("getVariable", "hasVariable"):
            raise Untranslatable(f"Der Aufruf „{method}(…)“ hat hier kein Gegenstück.", _CALL)
        variable = Piece(renamed(plain, self.names))
        return variable if method == "getVariable" else compared(variable, "!=", Piece("null"))


def _part(value: Piece, name: str) -> Piece:
    if not NAME.fullmatch(name) or "." in name:
        raise Untranslatable(f"„{name}“ ist hier kein Name eines Feldes.", "Benennen Sie es um.")
    return Piece(f"{value.at(VALUE)}.{name}")
