"""Scripts: lines of `name = expression`."""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pikflow.expressions.budget import MAX_STEPS
from pikflow.expressions.cache import TextCache
from pikflow.expressions.errors import ExpressionError
from pikflow.expressions.expression import Expression
from pikflow.expressions.functions import FUNCTIONS
from pikflow.expressions.lexer import CONSTANTS, Token, tokens
from pikflow.expressions.syntax import MAX_LENGTH, parse_tokens

MAX_SCRIPT = 20_000
_CACHED_CHARACTERS = 100_000


class Assignment(NamedTuple):
    """One line: the name that is set, the expression, its 1-based line."""

    target: str
    expression: Expression
    line: int


@dataclass(frozen=True)
class Script:
    """A compiled script.

    `assigned` are the names it sets, in order, each once; `names` and `row_names` what it reads
    from the scope before setting it itself.
    """

    text: str
    assignments: tuple[Assignment, ...]
    assigned: tuple[str, ...]
    names: frozenset[str]
    row_names: frozenset[str]

    def run(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        """The assigned values; the scope stays as it is, later lines see earlier ones.

        The whole script has the steps of one expression; raises ExpressionFault.
        """
        results: dict[str, Any] = {}
        view = ChainMap(results, scope)  # type: ignore[arg-type]  # only the first map is written
        steps = MAX_STEPS
        for target, expression, _line in self.assignments:
            results[target], steps = expression.spend(view, steps - 1)
        return results


def compile_script(text: str) -> Script:
    """The script of a text; an empty text is a script without lines.

    Comments start with #, a line goes on inside of brackets. Raises ExpressionError with line
    and column.
    """
    if not isinstance(text, str):
        raise ExpressionError("script-line", "Ein Skript ist Text.", "Zeilen name = Ausdruck.")
    if len(text) > MAX_SCRIPT:
        raise ExpressionError(
            "script-too-long",
            f"Das Skript hat {len(text)} Zeichen, erlaubt sind {MAX_SCRIPT}.",
            "Auf mehrere Skriptaufgaben verteilen.",
        )
    return _CACHE.get(text)


def _compiled(text: str) -> Script:
    try:
        lines = _lines(tokens(text, comments=True))
        assignments = tuple(_assignment(text, line) for line in lines)
    except ExpressionError as error:
        raise _placed(error, text) from None
    names: set[str] = set()
    row_names: set[str] = set()
    assigned: dict[str, None] = {}
    for target, expression, _ in assignments:
        names.update(n for n in expression.names if n.partition(".")[0] not in assigned)
        row_names.update(n for n in expression.row_names if _root(n) not in assigned)
        assigned[target] = None
    return Script(text, assignments, tuple(assigned), frozenset(names), frozenset(row_names))


_CACHE = TextCache(_compiled, _CACHED_CHARACTERS)


def _root(row_name: str) -> str:
    return row_name.partition(".")[0].removesuffix("[]")


def _lines(found: list[Token]) -> list[list[Token]]:
    lines: list[list[Token]] = [[]]
    for token in found:
        if token.kind == "newline":
            lines.append([])
        else:
            lines[-1].append(token)
    return [line for line in lines if line]


def _assignment(text: str, line: list[Token]) -> Assignment:
    first = line[0]
    if first.kind == "keyword":
        raise _error(
            "line",
            first,
            f"Eine Zeile beginnt nicht mit „{first.text}“.",
            "Verzweigungen gehören ins Diagramm; eine Auswahl schreibt man: "
            "name = a if bedingung else b.",
        )
    index = next((i for i, token in enumerate(line) if _is_equals(token)), None)
    if index is None:
        raise _error("line", first, "Die Zeile setzt keinen Namen.", "Jede Zeile: name = Ausdruck.")
    _check_target(line[:index] or [line[index]])
    tail = line[index + 1 :]
    if not tail:
        raise _error(
            "line", line[index], "Nach „=“ fehlt der Ausdruck.", "Jede Zeile: name = Ausdruck."
        )
    source = text[: tail[-1].end]
    if tail[-1].end - tail[0].start > MAX_LENGTH:
        raise _error(
            "line",
            tail[0],
            f"Der Ausdruck ist länger als {MAX_LENGTH} Zeichen.",
            "In mehrere Zeilen mit eigenen Namen aufteilen.",
        )
    tree = parse_tokens(source, tail)
    expression = Expression.of(source[tail[0].start :], tree)
    return Assignment(first.text, expression, text.count("\n", 0, first.start) + 1)


def _is_equals(token: Token) -> bool:
    return token.kind == "operator" and token.text == "="


def _check_target(target: list[Token]) -> None:
    first = target[0]
    if len(target) > 1 or first.kind != "name":
        raise _error(
            "target",
            first,
            "Links vom „=“ steht genau ein Name.",
            "Ein Feld eines Verzeichnisses lässt sich nicht einzeln setzen; "
            'neu aufbauen: antrag = {"betrag": x}.',
        )
    if first.text in CONSTANTS or first.text in FUNCTIONS:
        raise _error(
            "target",
            first,
            f"„{first.text}“ ist der Name einer Funktion oder eines festen Werts.",
            "Einen anderen Namen wählen.",
        )


def _error(code: str, token: Token, message: str, hint: str) -> ExpressionError:
    return ExpressionError(f"script-{code}", message, hint, column=token.start + 1)


def _placed(error: ExpressionError, text: str) -> ExpressionError:
    """The same error with line and column instead of a position in the whole script."""
    before = text[: error.column - 1]
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return ExpressionError(error.code, error.reason, error.hint, column=column, line=line)
