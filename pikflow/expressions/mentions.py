"""Where a text names something, and the text with another name there.

Names are found by the parser, never by looking for letters: what a loop calls `s` is followed to
its list, and a text in quotes is only a name where a function takes it for a column.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pikflow.expressions.errors import ExpressionError
from pikflow.expressions.functions import FUNCTIONS
from pikflow.expressions.lexer import CONSTANTS, Token, tokens
from pikflow.expressions.syntax import grammar_of

Span = tuple[int, int]
# Functions that take names of columns as texts, and which of their arguments these are.
_COLUMNS = {"find": (1,), "group_sum": (1, 2)}
_LOOKS_INTO = {*_COLUMNS, "len"}


@dataclass(frozen=True)
class Mention:
    """One name as it is used: `path` from the scope on, "stellen[]" for a row of a list; `spans`
    are where its parts stand, None for what a loop's variable stands for; `looked_into`: a list
    whose rows are read one by one, which hands nothing on as a whole."""

    path: tuple[str, ...]
    spans: tuple[Span | None, ...]
    looked_into: bool = False


def mentions(text: str) -> tuple[Mention, ...]:
    """Every name of an expression, in no order; () for a text that is none."""
    try:
        found = [token for token in tokens(text) if token.kind != "newline"]
        return tuple(_of_tokens(text, found)) if found else ()
    except ExpressionError:
        return ()


def script_mentions(text: str) -> tuple[Mention, ...]:
    """Every name a script reads; () for a text that is no script."""
    try:
        lines = _lines(tokens(text, comments=True))
        return tuple(
            mention
            for line in lines
            if len(line) > 2
            for mention in _of_tokens(text[: line[-1].end], line[2:])
        )
    except ExpressionError:
        return ()


def assigned(text: str) -> frozenset[str]:
    """The names a script sets."""
    try:
        return frozenset(line[0].text for line in _lines(tokens(text, comments=True)))
    except ExpressionError:
        return frozenset()


def matches(mention: Mention, path: Sequence[str]) -> bool:
    """Whether a mention goes through this path. A row of a list ("stellen[]") is on the way of
    what is in it ("stellen", "vzae")."""
    plain = [step.removesuffix("[]") for step in mention.path]
    return plain[: len(path)] == [step.removesuffix("[]") for step in path]


def hands_on(mention: Mention, path: Sequence[str]) -> bool:
    """Whether a mention takes something whole that has the path in it."""
    if mention.looked_into:
        return False
    plain = [step.removesuffix("[]") for step in mention.path]
    return len(plain) < len(path) and plain == [s.removesuffix("[]") for s in path[: len(plain)]]


def edits(found: Iterable[Mention], path: Sequence[str], name: str) -> dict[Span, str]:
    """Where the last part of a path is named, with the name to put there."""
    spans = (mention.spans[len(path) - 1] for mention in found if matches(mention, path))
    return {span: name for span in spans if span is not None}


def changed(text: str, places: dict[Span, str]) -> str:
    """The text with other words at these places."""
    for (start, end), name in sorted(places.items(), reverse=True):
        text = text[:start] + name + text[end:]
    return text


def renamed(text: str, path: Sequence[str], name: str) -> str:
    """The expression with another name for the last part of a path."""
    return changed(text, edits(mentions(text), path, name))


def _lines(found: list[Token]) -> list[list[Token]]:
    lines: list[list[Token]] = [[]]
    for token in found:
        if token.kind == "newline":
            lines.append([])
        else:
            lines[-1].append(token)
    return [line for line in lines if line]


def _of_tokens(source: str, found: list[Token]) -> Iterator[Mention]:
    finder = _Finder(found)
    yield from finder.walk(grammar_of(source, found), {})


class _Finder:
    """Walks Python's nodes; `variables` maps a loop's variable to the path of a row, () if none."""

    def __init__(self, found: list[Token]) -> None:
        self._first = found[0].start
        self._starts = {token.start: token for token in found}
        self._ends = {token.end: token for token in found}

    def walk(self, node: ast.AST, variables: dict[str, tuple[str, ...]]) -> Iterator[Mention]:
        chain = self._chain(node, variables)
        if chain is not None:
            if chain.path:
                yield chain
            return
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            yield from self._loop(node, variables)
            return
        if isinstance(node, ast.Attribute):
            yield from self._found(node, variables)
            return
        if isinstance(node, ast.Call):
            yield from self._columns(node, variables)
            for argument in node.args:
                looks = self._token(node.func) in _LOOKS_INTO
                yield from (
                    self._looked(argument, variables) if looks else self.walk(argument, variables)
                )
            return
        for child in ast.iter_child_nodes(node):
            yield from self.walk(child, variables)

    def _loop(
        self, node: ast.ListComp | ast.GeneratorExp, variables: dict[str, tuple[str, ...]]
    ) -> Iterator[Mention]:
        generator = node.generators[0]
        yield from self._looked(generator.iter, variables)
        variable = self._token(generator.target)
        inner = {**variables, variable: self._rows(generator.iter, variables)}
        for part in (node.elt, *generator.ifs):
            yield from self.walk(part, inner)

    def _looked(self, node: ast.AST, variables: dict[str, tuple[str, ...]]) -> Iterator[Mention]:
        """The names of a list that is gone through."""
        chain = self._chain(node, variables)
        if chain is None:
            yield from self.walk(node, variables)
        elif chain.path:
            yield replace(chain, looked_into=True)

    def _found(
        self, node: ast.Attribute, variables: dict[str, tuple[str, ...]]
    ) -> Iterator[Mention]:
        """`find(rows, "id", x).name`: a column of the row that is found."""
        keys, base = self._keys(node)
        yield from self.walk(base, variables)
        is_find = isinstance(base, ast.Call) and self._token(base.func) == "find"
        above = self._rows(base.args[0], variables) if is_find else ()  # type: ignore[attr-defined]
        if above:
            spans = (*(None for _ in above), *((key.start, key.end) for key in keys))
            yield Mention((*above, *(key.text for key in keys)), spans)

    def _rows(self, node: ast.AST, variables: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        """The path of an entry of the list a node stands for, () when it has none."""
        if isinstance(node, ast.ListComp):
            generator = node.generators[0]
            rows = self._rows(generator.iter, variables)
            inner = {**variables, self._token(generator.target): rows}
            chain = self._chain(node.elt, inner)
            return chain.path if chain else ()
        if isinstance(node, ast.Call) and self._token(node.func) == "flat" and node.args:
            return _entries(self._rows(node.args[0], variables))
        chain = self._chain(node, variables)
        return _entries(chain.path) if chain else ()

    def _columns(self, node: ast.Call, variables: dict[str, tuple[str, ...]]) -> Iterator[Mention]:
        numbers = _COLUMNS.get(self._token(node.func), ())
        rows = self._rows(node.args[0], variables) if numbers and node.args else ()
        for number in numbers if rows else ():
            argument = node.args[number] if number < len(node.args) else None
            token = self._starts.get(self._first + getattr(argument, "col_offset", -1))
            if isinstance(argument, ast.Constant) and token and token.kind == "text":
                spans = (*(None for _ in rows), (token.start + 1, token.end - 1))
                yield Mention((*rows, token.text), spans)

    def _chain(self, node: ast.AST, variables: dict[str, tuple[str, ...]]) -> Mention | None:
        """a.b.c as a mention; None for anything else, without a path for what names nothing."""
        keys, node = self._keys(node)
        if not isinstance(node, ast.Name):
            return None
        root = self._starts[self._first + node.col_offset]
        if root.text in CONSTANTS or (root.text in FUNCTIONS and not keys):
            return Mention((), ())
        spans = tuple((key.start, key.end) for key in keys)
        names = tuple(key.text for key in keys)
        if root.text in variables:
            above = variables[root.text]
            return Mention(
                (*above, *names) if above else (), (*(None for _ in above), *spans) if above else ()
            )
        return Mention((root.text, *names), ((root.start, root.end), *spans))

    def _keys(self, node: ast.AST) -> tuple[list[Token], ast.AST]:
        """The names after the points, and what stands before the first."""
        keys: list[Token] = []
        while isinstance(node, ast.Attribute):
            keys.append(self._ends[self._first + (node.end_col_offset or 0)])
            node = node.value
        return keys[::-1], node

    def _token(self, node: ast.AST) -> str:
        token = self._starts.get(self._first + getattr(node, "col_offset", -1))
        return token.text if token else ""


def _entries(path: tuple[str, ...]) -> tuple[str, ...]:
    return (*path[:-1], path[-1] + "[]") if path else ()
