"""Text of one expression into a JSON tree.

Python's own grammar does the parsing, on a source the lexer has masked: names keep their letters,
every other word is replaced by a harmless ASCII stand-in of the same length, so positions agree
and nothing a user typed is ever interpreted by `ast`. What comes out is turned node by node, under
an allow-list, into arrays:

    ["value", v]                      v as in pikflow.values (numbers as {"$decimal": "1.44"})
    ["name", n]                       a name of the scope, or the variable of a loop around it
    ["get", tree, key, ...]           a.b.c
    ["arith", tree, [op, tree], ...]  from left to right; op is + - * / // %
    ["compare", tree, [op, tree], ...]  a chain, op is == != < <= > >= in, not in
    ["and", tree, ...]  ["or", tree, ...]  ["not", tree]  ["neg", tree]  ["pos", tree]
    ["if", condition, then, else]
    ["list", tree, ...]  ["dict", [key, tree], ...]
    ["each", variable, list, condition or null, body]
    ["call", function, tree, ...]
"""

import ast

from pikflow.expressions import foreign
from pikflow.expressions.errors import ExpressionError
from pikflow.expressions.lexer import Token, ends_value, tokens, too_deep
from pikflow.expressions.translation import Translation, Tree

MAX_LENGTH = 2_000


def parse(text: str) -> Tree:
    """The tree of an expression; raises ExpressionError, and nothing else, for any text."""
    if not isinstance(text, str):
        raise ExpressionError(
            "expression-empty",
            "Ein Ausdruck ist Text.",
            'In YAML und JSON den Ausdruck in Anführungszeichen setzen, zum Beispiel "true".',
        )
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            "expression-too-long",
            f"Der Ausdruck hat {len(text)} Zeichen, erlaubt sind {MAX_LENGTH}.",
            "In mehrere Zwischenschritte aufteilen.",
            column=MAX_LENGTH + 1,
        )
    start = len(text) - len(text.lstrip())
    if remark := foreign.opening(text[start:]):
        raise ExpressionError("expression-foreign", remark.message, remark.hint, column=start + 1)
    return parse_tokens(text, [t for t in tokens(text) if t.kind != "newline"])


def parse_tokens(source: str, found: list[Token]) -> Tree:
    """The tree of the tokens of one expression; columns count from the start of `source`."""
    if not found:
        raise ExpressionError(
            "expression-empty", "Der Ausdruck ist leer.", "Zum Beispiel: antrag.betrag <= 1000"
        )
    first = found[0].start
    return Translation(found, first).tree(grammar_of(source, found), 1)


def grammar_of(source: str, found: list[Token]) -> ast.expr:
    """Python's nodes of the tokens of one expression; their columns count from the first token."""
    _refuse_single_equals(found)
    first = found[0].start
    try:
        return ast.parse(_masked(source, found)[first:], mode="eval").body
    except SyntaxError as error:
        raise _syntax_error(error, found, first) from None
    except (ValueError, RecursionError, MemoryError):
        raise too_deep(first) from None


def _masked(source: str, found: list[Token]) -> str:
    """The source with spaces between tokens and stand-ins for literals and unusual names."""
    characters = [" "] * len(source)
    for token in found:
        width = token.end - token.start
        if token.kind == "text":
            stand_in = '"' + "s" * (width - 2) + '"'
        elif token.kind == "number":
            stand_in = "1" * width
        elif token.text.isascii():
            stand_in = token.text
        else:
            stand_in = "x" * width
        characters[token.start : token.end] = stand_in
    return "".join(characters).rstrip()


def _refuse_single_equals(found: list[Token]) -> None:
    for index, token in enumerate(found):
        if token.kind != "operator" or token.text != "=":
            continue
        opener = found[index - 2].text if index >= 2 else ""
        if index >= 2 and found[index - 1].kind == "name" and opener in ("(", ","):
            raise ExpressionError(
                "expression-forbidden",
                "Angaben an Funktionen werden nicht benannt.",
                "Nur die Werte in der richtigen Reihenfolge schreiben: round(x, 2). "
                "Gleich schreibt man ==.",
                column=token.start + 1,
            )
        raise ExpressionError(
            "expression-foreign",
            "Ein einzelnes „=“ vergleicht nicht.",
            "Gleich schreibt man ==.",
            column=token.start + 1,
        )


def _syntax_error(error: SyntaxError, found: list[Token], first: int) -> ExpressionError:
    position = first + max((error.offset or 1) - 1, 0)
    if "else" in str(error.msg) and any(t.text == "if" for t in found):
        return ExpressionError(
            "expression-syntax",
            "Nach „if“ fehlt „else“.",
            "Eine Auswahl schreibt man: a if bedingung else b.",
            column=position + 1,
        )
    if not ends_value(found[-1]):
        return ExpressionError(
            "expression-syntax",
            f"Nach „{found[-1].text}“ fehlt etwas.",
            "Der Ausdruck endet zu früh.",
            column=found[-1].end + 1,
        )
    token = next((t for t in found if t.end > position), found[-1])
    return ExpressionError(
        "expression-syntax",
        f"„{token.text[:30]}“ passt an dieser Stelle nicht.",
        "Prüfen, ob davor oder danach ein Wert, ein Rechenzeichen oder ein Komma fehlt.",
        column=token.start + 1,
    )
