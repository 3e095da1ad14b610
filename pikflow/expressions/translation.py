"""Nodes of Python's grammar into our tree, under an allow-list.

A node of a kind that is not listed here never gets further; names, texts and numbers are taken
from the lexer's tokens, which the masked words of the parsed source stand for.
"""

import ast
from collections.abc import Callable
from datetime import date
from typing import Any

from pikflow.expressions.errors import ExpressionError
from pikflow.expressions.functions import FUNCTIONS, suggestion
from pikflow.expressions.lexer import CONSTANTS, MAX_NESTING, Token, too_deep

Tree = list[Any]

_ARITHMETIC: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
_COMPARISON: dict[type[ast.AST], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_UNARY: dict[type[ast.AST], str] = {ast.USub: "neg", ast.UAdd: "pos", ast.Not: "not"}


class Translation:
    """One walk from `ast` nodes to our tree, with the tokens the masked words stand for."""

    def __init__(self, found: list[Token], first: int) -> None:
        self._starts = {token.start: token for token in found}
        self._ends = {token.end: token for token in found}
        self._first = first

    def tree(self, node: ast.AST, depth: int) -> Tree:
        if depth > MAX_NESTING:
            raise too_deep(self._position(node))
        translate = _TRANSLATORS.get(type(node))
        if translate is None:
            raise self._refused(node)
        return translate(self, node, depth)

    def _position(self, node: ast.AST) -> int:
        return self._first + getattr(node, "col_offset", 0)

    def _token(self, node: ast.AST) -> Token:
        return self._starts[self._position(node)]

    def _error(self, code: str, node: ast.AST, message: str, hint: str) -> ExpressionError:
        return ExpressionError(f"expression-{code}", message, hint, column=self._position(node) + 1)

    def _refused(self, node: ast.AST) -> ExpressionError:
        message, hint = _REFUSALS.get(
            type(node), ("Diese Schreibweise gibt es hier nicht.", "Anders ausdrücken.")
        )
        return self._error("forbidden", node, message, hint)

    def constant(self, node: ast.Constant, _depth: int) -> Tree:
        token = self._token(node)
        if token.kind == "number":
            return ["value", {"$decimal": token.text}]
        if token.kind == "text":
            return ["value", token.text]
        return ["value", CONSTANTS[token.text]]

    def name(self, node: ast.Name, _depth: int) -> Tree:
        word = self._token(node).text
        return ["value", CONSTANTS[word]] if word in CONSTANTS else ["name", word]

    def attribute(self, node: ast.Attribute, depth: int) -> Tree:
        keys: list[str] = []
        source: ast.AST = node
        while isinstance(source, ast.Attribute):
            keys.append(self._ends[self._first + (source.end_col_offset or 0)].text)
            source = source.value
        if isinstance(source, ast.Constant) or len(keys) > MAX_NESTING:
            raise self._error(
                "forbidden", node, "Nach diesem Wert steht kein Feldname.", "Den Punkt streichen."
            )
        return ["get", self.tree(source, depth + 1), *reversed(keys)]

    def arithmetic(self, node: ast.BinOp, depth: int) -> Tree:
        """Chains of one precedence level become one flat node: a + b - c nests no deeper."""
        steps: list[Tree] = []
        level = _level(node.op)
        left: ast.AST = node
        while isinstance(left, ast.BinOp) and _level(left.op) == level and level:
            steps.append([_ARITHMETIC[type(left.op)], self.tree(left.right, depth + 1)])
            left = left.left
        if not steps:
            raise self._refused(node)
        return ["arith", self.tree(left, depth + 1), *reversed(steps)]

    def comparison(self, node: ast.Compare, depth: int) -> Tree:
        steps = [
            [_COMPARISON[type(op)], self.tree(right, depth + 1)]
            for op, right in zip(node.ops, node.comparators, strict=True)
        ]
        return ["compare", self.tree(node.left, depth + 1), *steps]

    def logic(self, node: ast.BoolOp, depth: int) -> Tree:
        word = "and" if isinstance(node.op, ast.And) else "or"
        return [word, *(self.tree(value, depth + 1) for value in node.values)]

    def unary(self, node: ast.UnaryOp, depth: int) -> Tree:
        return [_UNARY[type(node.op)], self.tree(node.operand, depth + 1)]

    def choice(self, node: ast.IfExp, depth: int) -> Tree:
        return ["if", *(self.tree(n, depth + 1) for n in (node.test, node.body, node.orelse))]

    def sequence(self, node: ast.List, depth: int) -> Tree:
        return ["list", *(self.tree(item, depth + 1) for item in node.elts)]

    def mapping(self, node: ast.Dict, depth: int) -> Tree:
        entries: list[Tree] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or self._token(key).kind != "text":
                raise self._error(
                    "forbidden",
                    key or value,
                    "Die Schlüssel eines Verzeichnisses sind Texte.",
                    'Zum Beispiel {"betrag": antrag.betrag}.',
                )
            word = self._token(key).text
            if any(word == known for known, _ in entries):
                raise self._error(
                    "forbidden", key, f"Der Schlüssel „{word}“ kommt doppelt vor.", "Umbenennen."
                )
            entries.append([word, self.tree(value, depth + 1)])
        return ["dict", *entries]

    def loop(self, node: ast.ListComp, depth: int) -> Tree:
        generator = node.generators[0]
        if len(node.generators) > 1 or len(generator.ifs) > 1:
            raise self._error(
                "forbidden",
                node,
                "Eine Schleife läuft über genau eine Liste mit höchstens einer Bedingung.",
                "Bedingungen mit and verbinden; für mehrere Listen Schleifen ineinander setzen.",
            )
        variable = generator.target
        if not isinstance(variable, ast.Name) or self._token(variable).text in CONSTANTS:
            raise self._error(
                "forbidden",
                variable,
                "Nach „for“ steht genau ein Name.",
                "Zum Beispiel: s.vzae for s in stellen.",
            )
        condition = self.tree(generator.ifs[0], depth + 1) if generator.ifs else None
        source = self.tree(generator.iter, depth + 1)
        body = self.tree(node.elt, depth + 1)
        return ["each", self._token(variable).text, source, condition, body]

    def call(self, node: ast.Call, depth: int) -> Tree:
        if not isinstance(node.func, ast.Name):
            raise self._error(
                "forbidden",
                node.func,
                "Nur die eingebauten Funktionen lassen sich aufrufen.",
                "Funktionen stehen ohne Punkt davor: lower(name) statt name.lower().",
            )
        word = self._token(node.func).text
        function = FUNCTIONS.get(word)
        if function is None:
            raise self._error(
                "function", node.func, f"Die Funktion „{word}“ gibt es nicht.", suggestion(word)
            )
        if not function.least <= len(node.args) <= function.most:
            raise self._error(
                "function",
                node.func,
                f"„{word}“ bekommt {function.arity()}, hier sind es {len(node.args)}.",
                f"So schreiben: {function.usage}",
            )
        arguments = [self._argument(item, depth + 1) for item in node.args]
        if word == "date":
            self._check_date(node, arguments[0])
        return ["call", word, *arguments]

    def _argument(self, node: ast.AST, depth: int) -> Tree:
        if isinstance(node, ast.GeneratorExp):
            return self.loop(node, depth)  # type: ignore[arg-type]  # same shape as a ListComp
        return self.tree(node, depth)

    def _check_date(self, node: ast.Call, argument: Tree) -> None:
        """A date written out must exist; 2026-02-30 is a slip of the author, not of the data."""
        kind, value = argument[0], argument[1]
        if kind != "value" or (isinstance(value, str) and _is_date(value)):
            return
        raise self._error(
            "function",
            node.args[0],
            "Dieses Datum gibt es nicht.",
            'Tage schreibt man Jahr-Monat-Tag: date("2026-01-31").',
        )


def _level(op: ast.AST) -> int:
    """1 for + and -, 2 for * / // %, 0 for what is not allowed."""
    if isinstance(op, ast.Add | ast.Sub):
        return 1
    return 2 if type(op) in _ARITHMETIC else 0


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_TRANSLATORS: dict[type[ast.AST], Callable[[Any, Any, int], Tree]] = {
    ast.Constant: Translation.constant,
    ast.Name: Translation.name,
    ast.Attribute: Translation.attribute,
    ast.BinOp: Translation.arithmetic,
    ast.Compare: Translation.comparison,
    ast.BoolOp: Translation.logic,
    ast.UnaryOp: Translation.unary,
    ast.IfExp: Translation.choice,
    ast.List: Translation.sequence,
    ast.Dict: Translation.mapping,
    ast.ListComp: Translation.loop,
    ast.Call: Translation.call,
}

_REFUSALS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Tuple: (
        "Ein Komma steht nur in Listen und zwischen den Angaben einer Funktion.",
        "Dezimalzahlen haben einen Punkt (1.5), Listen eckige Klammern ([a, b]).",
    ),
    ast.Set: ("In geschweiften Klammern stehen Paare.", "Listen haben eckige Klammern: [a, b]."),
    ast.SetComp: ("Schleifen stehen in eckigen Klammern.", "[s.vzae for s in stellen]"),
    ast.DictComp: ("Schleifen erzeugen Listen.", "[s.vzae for s in stellen]"),
    ast.GeneratorExp: (
        "Eine Schleife steht in eckigen Klammern oder in einer Funktion.",
        "sum(s.vzae for s in stellen) oder [s.vzae for s in stellen]",
    ),
    ast.Starred: ("Listen lassen sich nicht mit * auspacken.", "Die Liste selbst angeben."),
}
