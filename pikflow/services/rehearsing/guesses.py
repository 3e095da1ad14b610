"""What a person might have answered: values a process's conditions ask for."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pikflow.engine.definition import Definition
from pikflow.expressions import ExpressionError, compile_expression, compile_script
from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import validate

_GIVEN = frozenset(("vorgang", "runde", "params", "heute", "item", "loopCounter"))
_TEXT = re.compile(r"\"([^\"\\]*)\"|'([^'\\]*)'")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")


def guesses(definition: Definition, result: str) -> Iterator[dict[str, Any]]:
    """Answers with one name each, for a task that stores them under `result` ("" for flat).

    For every name a condition reads: true, false, the texts it is compared with, and numbers on
    either side of those it is compared with; then for those scripts read.
    """
    seen: set[tuple[str, str]] = set()
    for name, value in _wanted(definition):
        path = _within(name, result)
        if path and (name, repr(value)) not in seen:
            seen.add((name, repr(value)))
            yield _nested(path, value)


def variants(
    definition: Definition,
    schema: FormSchema | None,
    result: str,
    base: Mapping[str, Any],
    context: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """`base` with one guess each; only what the form allows when there is one."""
    found = guesses(definition, result)
    if schema is None:
        yield from ({**base, **guess} for guess in found)
        return
    for guess in _with_options(schema, found):
        checked = validate(schema, {**base, **guess}, context)
        if not checked.errors and dict(checked.values) != base:
            yield dict(checked.values)


def _with_options(schema: FormSchema, found: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The guesses a form has a field for; a field with options stands for each of them."""
    chosen: set[str] = set()
    for guess in found:
        (name,) = guess
        item = schema.field(name)
        if item is None or item.compute is not None:
            continue
        if not isinstance(item.options, tuple) or not item.options:
            yield guess
        elif name not in chosen:
            chosen.add(name)
            yield from ({name: option.value} for option in item.options)


def _wanted(definition: Definition) -> Iterator[tuple[str, Any]]:
    """Names with a value each, conditions first; a name only a script reads is a number."""
    for process in definition.processes.values():
        for flow in process.flows.values():
            names = _names(compile_expression, flow.condition or "")
            values = _values(flow.condition or "") if names else []
            yield from ((name, value) for name in names for value in values)
    for process in definition.processes.values():
        for node in process.nodes.values():
            for name in _names(compile_script, node.script or ""):
                yield from ((name, Decimal(value)) for value in (100, 1))


def _names(compiled: Any, text: str) -> list[str]:
    """The names a text reads; none when it is empty or does not compile."""
    try:
        return sorted(compiled(text).names) if text.strip() else []
    except ExpressionError:
        return []


def _within(name: str, result: str) -> list[str]:
    """The name as the task's answers hold it; nothing when they can't hold it."""
    path = name.split(".")
    if result:
        return path[1:] if path[0] == result else []
    return [] if path[0] in _GIVEN else path


def _values(text: str) -> list[Any]:
    texts = [first or second for first, second in _TEXT.findall(text)]
    plain = _TEXT.sub("", text)
    numbers = [Decimal(found) for found in _NUMBER.findall(plain)]
    around = [number + step for number in numbers for step in (0, 1, -1)]
    return [*texts, *around, True, False]


def _nested(path: list[str], value: Any) -> dict[str, Any]:
    for name in reversed(path):
        value = {name: value}
    return dict(value)
