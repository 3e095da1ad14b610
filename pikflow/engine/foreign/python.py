"""Python of Spiff Arena, in conditions and scripts, as far as it is in our language.

Python's own grammar reads the text, which is never run: every node is turned around by hand, and
one that isn't named here refuses the whole text.
"""

import ast
import warnings
from collections.abc import Mapping

from pikflow.expressions import compile_script
from pikflow.expressions.pieces import (
    AND,
    CHOICE,
    COMPARE,
    NAME,
    NOT,
    OR,
    PRODUCT,
    SIGN,
    SUM,
    Piece,
    Untranslatable,
    call,
    choice,
    compared,
    finished,
    joined,
    literal,
    refuse_depth,
    renamed,
)
from pikflow.expressions.script import MAX_SCRIPT

_ARITH: dict[type, tuple[str, int]] = {
    ast.Add: ("+", SUM),
    ast.Sub: ("-", SUM),
    ast.Mult: ("*", PRODUCT),
    ast.Div: ("/", PRODUCT),
    ast.FloorDiv: ("//", PRODUCT),
    ast.Mod: ("%", PRODUCT),
}
_COMPARED: dict[type, str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "==",
    ast.IsNot: "!=",
}
_FUNCTIONS = {
    **{name: name for name in ("len", "sum", "min", "max", "any", "all", "abs")},
    **{"str": "text", "float": "number", "Decimal": "number"},
}
_METHODS = {"lower": "lower", "upper": "upper", "strip": "strip", "startswith": "starts_with"}
_PLAIN = "Möglich sind Rechnungen, Vergleiche und Zeilen der Form name = Ausdruck."


def translated(text: str, names: Mapping[str, str]) -> str:
    """An expression in our language; raises Untranslatable or ExpressionError."""
    reader = _Reader(names)
    try:
        return finished(reader.test(_expression(text.strip())))
    except RecursionError:
        raise Untranslatable(
            "Der Ausdruck ist zu tief verschachtelt.", "Teilen Sie ihn auf."
        ) from None


def translated_script(text: str, names: Mapping[str, str]) -> str:
    """Lines of assignments in our language; raises Untranslatable or ExpressionError."""
    tree = _read(_dedented(text))
    reader = _Reader(names)
    try:
        script = "\n".join(line for item in tree.body for line in reader.lines(item))
    except RecursionError:
        raise Untranslatable(
            "Das Skript ist zu tief verschachtelt.", "Teilen Sie es auf."
        ) from None
    compile_script(script)
    return script


def _read(text: str) -> ast.Module:
    if len(text) > MAX_SCRIPT:
        raise Untranslatable(f"Der Text hat mehr als {MAX_SCRIPT} Zeichen.", "Teilen Sie ihn auf.")
    refuse_depth(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Untranslatable("Das ist kein Python.", _PLAIN) from None


def _expression(text: str) -> ast.expr:
    match _read(f"({text})").body:
        case [ast.Expr(value=value)]:
            return value
    raise Untranslatable("Das ist kein Ausdruck in Python.", _PLAIN)


def _dedented(text: str) -> str:
    """Without the margin that editors put before every line; the first may have lost its own."""
    lines = [line for line in text.expandtabs().splitlines() if line.strip()]
    first = lines[:1] if lines and not lines[0].rstrip().endswith(":") else []
    rest = lines[len(first) :]
    margin = min((len(line) - len(line.lstrip()) for line in rest), default=0)
    return "\n".join([*(line.lstrip() for line in first), *(line[margin:] for line in rest)])


class _Reader:
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.bound: list[str] = []  # variables of comprehensions around

    # --- scripts

    def lines(self, item: ast.stmt) -> list[str]:
        match item:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                return [f"{self._target(name)} = {self.piece(value).text}"]
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                return [f"{self._target(name)} = {self.piece(value).text}"]
            case ast.AugAssign(target=ast.Name(id=name), op=sign, value=value):
                whole = ast.BinOp(ast.Name(name), sign, value)
                return [f"{self._target(name)} = {self.piece(whole).text}"]
            case ast.If(test=test, body=then, orelse=otherwise):
                return self._chosen(self.test(test), then, otherwise)
            case ast.Pass():
                return []
        raise Untranslatable(f"Zeile {item.lineno} ist keine Zuweisung, die es hier gibt.", _PLAIN)

    def _target(self, name: str) -> str:
        new = renamed(name, self.names)
        if "." in new:
            raise Untranslatable(f"„{name}“ wird hier unter „{new}“ geführt.", _PLAIN)
        return new

    def _chosen(self, test: Piece, then: list[ast.stmt], otherwise: list[ast.stmt]) -> list[str]:
        """`if` that sets one name in both branches, or keeps it in the one that is left out."""
        name, value = self._single(then)
        if not otherwise:
            return [f"{name} = {choice(test, value, Piece(name)).text}"]
        other, rest = self._single(otherwise)
        if other != name:
            raise Untranslatable("Die Zweige eines „if“ setzen verschiedene Namen.", _PLAIN)
        return [f"{name} = {choice(test, value, rest).text}"]

    def _single(self, body: list[ast.stmt]) -> tuple[str, Piece]:
        match body:
            case [ast.Assign(targets=[ast.Name(id=name)], value=value)]:
                return self._target(name), self.piece(value)
            case [ast.If(test=test, body=then, orelse=otherwise)] if otherwise:
                name, first = self._single(then)
                other, rest = self._single(otherwise)
                if name == other:
                    return name, choice(self.test(test), first, rest)
        raise Untranslatable("Ein „if“ darf hier in jedem Zweig nur einen Namen setzen.", _PLAIN)

    # --- expressions

    def piece(self, node: ast.expr) -> Piece:
        match node:
            case ast.Constant(value=value):
                return _constant(value)
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self._path(node)
            case ast.BoolOp(op=sign, values=values):
                return self._first_of(sign, values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Piece(f"not {self.test(operand).at(COMPARE)}", NOT)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Piece(f"-{self.piece(operand).at(SIGN)}", SIGN)
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _ARITH:
                word, level = _ARITH[type(sign)]
                text = f"{self.piece(left).at(level)} {word} {self.piece(right).at(level + 1)}"
                return Piece(text, level)
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                if isinstance(sign, ast.Is | ast.IsNot) and not _is_constant(right):
                    raise Untranslatable("„is“ vergleicht hier nur mit None.", _PLAIN)
                return compared(self.piece(left), _COMPARED[type(sign)], self.piece(right))
            case ast.Compare(left=left, ops=signs, comparators=rights):
                return self._chain(left, signs, rights)
            case ast.IfExp(test=test, body=then, orelse=otherwise):
                return choice(self.test(test), self.piece(then), self.piece(otherwise))
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return Piece(f"[{', '.join(self.piece(item).text for item in items)}]")
            case ast.Dict(keys=keys, values=values):
                return self._dictionary(keys, values)
            case ast.ListComp() | ast.GeneratorExp():
                return Piece(f"[{self._loop(node)}]")
            case ast.Call(func=function, args=given, keywords=[]):
                return self._call(function, given)
        raise Untranslatable("Diesen Teil von Python gibt es hier nicht.", _PLAIN)

    def test(self, node: ast.expr) -> Piece:
        """Where only yes or no counts: `and` and `or` say just that."""
        match node:
            case ast.BoolOp(op=sign, values=values):
                word, level = ("and", AND) if isinstance(sign, ast.And) else ("or", OR)
                return joined(word, level, map(self.test, values))
        return self.piece(node)

    def _first_of(self, sign: ast.boolop, values: list[ast.expr]) -> Piece:
        """`a or b` as a value is a or b itself in Python, and yes or no here."""
        if all(_is_yes_or_no(value) for value in values):
            return self.test(ast.BoolOp(sign, values))
        first, *rest = values
        value, others = self.piece(first), ast.BoolOp(sign, rest) if rest[1:] else rest[0]
        if isinstance(sign, ast.Or):
            return choice(self.test(first), value, self.piece(others))
        return choice(self.test(first), self.piece(others), value)

    def _chain(self, left: ast.expr, signs: list[ast.cmpop], rights: list[ast.expr]) -> Piece:
        text = self.piece(left).at(SUM)
        for sign, right in zip(signs, rights, strict=True):
            text += f" {_COMPARED[type(sign)]} {self.piece(right).at(SUM)}"
        return Piece(text, COMPARE)

    def _path(self, node: ast.expr) -> Piece:
        """a, a.b, a["b"]: all are paths here."""
        parts: list[str] = []
        while not isinstance(node, ast.Name):
            match node:
                case ast.Attribute(value=above, attr=name):
                    parts.append(name)
                case ast.Subscript(value=above, slice=ast.Constant(value=str() as name)):
                    parts.append(name)
                case _:
                    raise Untranslatable(
                        "Auf Einträge einer Liste wird hier nicht mit Nummern zugegriffen.",
                        'Nehmen Sie find(liste, "feld", wert).',
                    )
            node = above
        path = ".".join([node.id, *reversed(parts)])
        if not NAME.fullmatch(path):
            raise Untranslatable(f"„{path[:60]}“ ist hier kein Name.", "Benennen Sie das Feld um.")
        return Piece(path if node.id in self.bound else renamed(path, self.names))

    def _dictionary(self, keys: list[ast.expr | None], values: list[ast.expr]) -> Piece:
        entries = []
        for key, value in zip(keys, values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise Untranslatable("Schlüssel eines Verzeichnisses sind hier Texte.", _PLAIN)
            entries.append(f"{literal(key.value).text}: {self.piece(value).text}")
        return Piece(f"{{{', '.join(entries)}}}")

    def _loop(self, node: ast.ListComp | ast.GeneratorExp) -> str:
        match node.generators:
            case [ast.comprehension(target=ast.Name(id=name), iter=source, ifs=tests, is_async=0)]:
                listed = self.piece(source).at(OR)
                self.bound.append(name)
                inner = self.piece(node.elt).at(CHOICE)
                when = "".join(f" if {self.test(test).at(OR)}" for test in tests[:1])
                self.bound.pop()
                if len(tests) < 2:
                    return f"{inner} for {name} in {listed}{when}"
        raise Untranslatable("Eine Schleife geht hier über eine einzige Liste.", _PLAIN)

    def _call(self, function: ast.expr, given: list[ast.expr]) -> Piece:
        match function, given:
            case ast.Name(id="bool"), [value]:
                return Piece(f"not not {self.piece(value).at(COMPARE)}", NOT)
            case ast.Name(id=name), [ast.GeneratorExp() as loop] if name in _FUNCTIONS:
                return Piece(f"{_FUNCTIONS[name]}({self._loop(loop)})")
            case ast.Name(id=name), _ if name in _FUNCTIONS:
                return call(_FUNCTIONS[name], *map(self.piece, given))
            case ast.Attribute(value=value, attr="get"), [ast.Constant(value=str() as key)]:
                return self._path(ast.Subscript(value, ast.Constant(key)))
            case ast.Attribute(value=value, attr=name), _ if name in _METHODS and len(given) < 2:
                return call(_METHODS[name], self.piece(value), *map(self.piece, given))
            case ast.Name(id="round"), _:
                hint = "Python rundet 2,5 auf 2; round(…) rundet hier kaufmännisch."
                raise Untranslatable("„round“ rundet in Python anders als hier.", hint)
        raise Untranslatable("Diesen Aufruf gibt es hier nicht.", _PLAIN)


def _constant(value: object) -> Piece:
    if value is None or isinstance(value, bool):
        return Piece({None: "null", True: "true", False: "false"}[value])
    if isinstance(value, int):
        return Piece(str(value)) if abs(value) < 10**30 else _no_number()
    if isinstance(value, float):
        text = f"{value:.15f}".rstrip("0").rstrip(".")
        return Piece(text) if float(text) == value and value < 1e15 else _no_number()
    if isinstance(value, str):
        return literal(value)
    raise Untranslatable("Diesen Wert gibt es hier nicht.", _PLAIN)


def _no_number() -> Piece:
    raise Untranslatable("Die Zahl ist zu groß oder zu genau.", _PLAIN)


def _is_yes_or_no(node: ast.expr) -> bool:
    match node:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()) | ast.Constant(value=True | False):
            return True
        case ast.BoolOp(values=values):
            return all(_is_yes_or_no(value) for value in values)
    return False


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))
