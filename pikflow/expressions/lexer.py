"""Text into tokens: the first door, before any parser sees the text.

Only a closed set of characters, words and operators passes, so whatever reaches the parser is
short, shallow and ASCII. What people bring along from other languages gets a message that says
how it is written here.
"""

import re
from typing import NamedTuple

from pikflow.expressions import foreign
from pikflow.expressions.errors import ExpressionError

MAX_NESTING = 40

_NAME = re.compile(r"[A-Za-zÄÖÜäöüß_][A-Za-zÄÖÜäöüß_0-9]*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SPACE = re.compile(r"[ \t\r\f\u00a0]+")
_OPERATOR = re.compile(r"==|!=|<=|>=|//|[-+*/%<>()\[\]{},.:=]")
_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t"}
_CLOSING = {"(": ")", "[": "]", "{": "}"}

KEYWORDS = frozenset({"and", "or", "not", "in", "if", "else", "for"})
CONSTANTS = {
    **{"True": True, "False": False, "None": None},
    **{"true": True, "false": False, "null": None},
}


class Token(NamedTuple):
    """One word of an expression.

    `kind` is number, text, name, keyword, operator or newline; `text` the source, for kind text
    the meaning of the literal; `start` and `end` count characters from 0.
    """

    kind: str
    text: str
    start: int
    end: int


def tokens(source: str, *, comments: bool = False) -> list[Token]:
    """Cut a source into tokens; newline tokens appear only outside of brackets.

    Comments start with # and are taken only where `comments` says so. Raises ExpressionError.
    """
    found: list[Token] = []
    brackets: list[Token] = []
    position = 0
    while position < len(source):
        if space := _SPACE.match(source, position):
            position = space.end()
            continue
        if comments and source[position] == "#":
            position = _line_end(source, position)
            continue
        token = _next(source, position)
        position = token.end
        if token.kind == "newline" and brackets:
            continue
        before = found[-1] if found else None
        if brackets and before is not None and _starts_anew(before, token, source):
            raise _unclosed(brackets[-1])
        _nest(token, brackets)
        _check_neighbours(before, token, source)
        found.append(token)
    if brackets:
        raise _unclosed(brackets[-1])
    _check_prefixes(found)
    return found


def _line_end(source: str, position: int) -> int:
    end = source.find("\n", position)
    return len(source) if end < 0 else end


def _next(source: str, position: int) -> Token:
    character = source[position]
    if character == "\n":
        return Token("newline", "\n", position, position + 1)
    if character in "\"'":
        return _text(source, position)
    if match := _NUMBER.match(source, position):
        return _number(source, match)
    if match := _NAME.match(source, position):
        return _word(source, match)
    if problem := foreign.operator(source, position):
        raise _error("foreign", problem.message, problem.hint, position)
    if match := _OPERATOR.match(source, position):
        return Token("operator", match.group(), position, match.end())
    problem = foreign.character(character)
    raise _error("character", problem.message, problem.hint, position)


def _text(source: str, start: int) -> Token:
    parts: list[str] = []
    quote, position = source[start], start + 1
    while position < len(source) and source[position] != "\n":
        character = source[position]
        if character == quote:
            return Token("text", "".join(parts), start, position + 1)
        if character == "\\":
            position += 1
            escaped = source[position : position + 1]
            if escaped not in _ESCAPES:
                raise _error(
                    "text",
                    f"Die Zeichenfolge „\\{escaped}“ ist im Text nicht erlaubt.",
                    "Erlaubt sind \\\\, \\\", \\', \\n und \\t.",
                    position - 1,
                )
            character = _ESCAPES[escaped]
        parts.append(character)
        position += 1
    raise _error(
        "text", "Der Text wird nicht geschlossen.", f"Am Ende des Textes fehlt {quote}.", start
    )


def _number(source: str, match: re.Match[str]) -> Token:
    text, following = match.group(), source[match.end() : match.end() + 1]
    whole, _, places = text.partition(".")
    if following == "_" or following.isalnum():
        raise _error(
            "number",
            f"„{text}{following}“ ist keine Zahl.",
            "Zahlen werden ausgeschrieben: nur Ziffern und ein Punkt, zum Beispiel 1250.50.",
            match.start(),
        )
    if following == ".":
        raise _error(
            "number",
            "Nach dem Punkt einer Zahl stehen Ziffern.",
            "Zum Beispiel 1.5 statt 1. oder 1.5.0.",
            match.start(),
        )
    if len(whole) > 1 and whole.startswith("0"):
        raise _error(
            "number",
            f"Die Zahl „{text}“ beginnt mit einer Null.",
            f'Ein Schlüssel wie eine AGS ist Text: "{text}".',
            match.start(),
        )
    if len(whole) > 30 or len(places) > 20:
        raise _error(
            "number",
            "Die Zahl ist zu lang.",
            "Höchstens 30 Stellen vor und 20 Stellen nach dem Punkt.",
            match.start(),
        )
    return Token("number", text, match.start(), match.end())


def _word(source: str, match: re.Match[str]) -> Token:
    word = match.group()
    if source[match.end() : match.end() + 1] in ("'", '"') and word not in KEYWORDS:
        raise _error(
            "text",
            f"Vor dem Anführungszeichen steht „{word}“.",
            "Texte haben keinen Zusatz davor; Texte verbindet man mit +.",
            match.start(),
        )
    if word in KEYWORDS:
        return Token("keyword", word, match.start(), match.end())
    if problem := foreign.reserved(word):
        raise _error("name", problem.message, problem.hint, match.start())
    if word.startswith("_"):
        raise _error(
            "name",
            f"Der Name „{word}“ beginnt mit einem Unterstrich.",
            "Namen beginnen mit einem Buchstaben.",
            match.start(),
        )
    return Token("name", word, match.start(), match.end())


def _nest(token: Token, brackets: list[Token]) -> None:
    if token.kind != "operator":
        return
    if token.text in _CLOSING:
        brackets.append(token)
        if len(brackets) > MAX_NESTING:
            raise too_deep(token.start)
    elif token.text in ")]}":
        if not brackets or _CLOSING[brackets[-1].text] != token.text:
            raise _error(
                "syntax",
                f"Die Klammer „{token.text}“ wurde nicht geöffnet.",
                "Jede schließende Klammer braucht davor die passende öffnende.",
                token.start,
            )
        brackets.pop()


def _starts_anew(before: Token, token: Token, source: str) -> bool:
    """Two values on two lines: most likely a bracket was left open, not an operator forgotten."""
    two_values = ends_value(before) and token.kind in ("number", "text", "name")
    return two_values and "\n" in source[before.end : token.start]


def _check_neighbours(before: Token | None, token: Token, source: str) -> None:
    """Refuse two values side by side, subscripts and stray points, each with its own message."""
    after_value = before is not None and ends_value(before)
    if token.kind in ("number", "text", "name") and before is not None and after_value:
        problem = foreign.joined(source[before.start : before.end], source[token.start : token.end])
        raise _error("syntax", problem.message, problem.hint, token.start)
    if token.text == "[" and token.kind == "operator" and after_value:
        raise _error(
            "forbidden",
            "Auf Einträge wird nicht mit eckigen Klammern zugegriffen.",
            "Felder liest man mit Punkt (antrag.betrag), "
            'Listeneinträge mit find(liste, "id", wert).',
            token.start,
        )
    if token.text == "{" and token.kind == "operator" and after_value:
        raise _error("syntax", "Vor „{“ fehlt ein Rechenzeichen oder Komma.", "", token.start)
    if token.text == "." and token.kind == "operator" and not after_value:
        raise _error(
            "syntax",
            "Vor dem Punkt fehlt etwas.",
            "Zahlen beginnen mit einer Ziffer (0.5), Felder mit einem Namen (antrag.betrag).",
            token.start,
        )
    if before is not None and before.kind == "operator" and before.text == ".":
        _check_member(token)


def _check_member(token: Token) -> None:
    if token.kind != "name" or token.text in ("True", "False", "None"):
        raise _error(
            "name",
            f"Nach dem Punkt steht ein Feldname, nicht „{token.text.strip() or 'Zeilenende'}“.",
            "Ein Feld mit einem reservierten Namen lässt sich nicht lesen; bitte umbenennen.",
            token.start,
        )


def ends_value(token: Token) -> bool:
    """Whether a value ends with this token, so that an operator may follow."""
    if token.kind == "operator":
        return token.text in ")]}"
    return token.kind in ("number", "text", "name")


def _check_prefixes(found: list[Token]) -> None:
    """A run of signs or `not` nests as deeply as brackets do; the parser must never see it."""
    run = 0
    for token in found:
        run = run + 1 if token.text in ("-", "+", "not") and token.kind != "text" else 0
        if run > MAX_NESTING:
            raise too_deep(token.start)


def _unclosed(bracket: Token) -> ExpressionError:
    return _error(
        "syntax",
        f"Die Klammer „{bracket.text}“ wird nicht geschlossen.",
        f"Es fehlt „{_CLOSING[bracket.text]}“.",
        bracket.start,
    )


def too_deep(position: int) -> ExpressionError:
    """More than 40 levels of brackets, signs or conditions."""
    return _error(
        "too-deep",
        f"Der Ausdruck ist mehr als {MAX_NESTING} Ebenen tief verschachtelt.",
        "In mehrere Zwischenschritte aufteilen.",
        position,
    )


def _error(code: str, message: str, hint: str, position: int) -> ExpressionError:
    return ExpressionError(f"expression-{code}", message, hint, column=position + 1)
