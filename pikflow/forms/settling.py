"""Parsing and evaluating until both agree: what is on offer may hang on other answers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pikflow import values
from pikflow.forms.evaluation import Evaluated, Organisations, evaluate
from pikflow.forms.parsing import Parsed, parse
from pikflow.forms.schema import FormSchema

_ROUNDS = 3


def plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Values as pikflow.values knows them; entries of any other type are left out."""
    result = {}
    for key, value in data.items():
        try:
            result[str(key)] = values.normalise(value)
        except TypeError:
            continue
    return result


def editable_sections(schema: FormSchema, sections: Iterable[str] | None) -> frozenset[str]:
    known = frozenset(section.id for section in schema.sections)
    return known if sections is None else known & frozenset(sections)


def settle(
    schema: FormSchema,
    answers: Mapping[str, Any],
    context: Mapping[str, Any],
    organisations: Organisations | None,
) -> tuple[Parsed, Evaluated]:
    """Parse and evaluate; again when options on offer hang on other answers."""
    evaluated = evaluate(schema, {}, context, organisations=organisations)
    states: Mapping[str, Any] = evaluated.states
    for _ in range(_ROUNDS):
        parsed = parse(schema, answers, _with_columns(schema, answers, states))
        evaluated = evaluate(schema, parsed.values, context, organisations=organisations)
        again = parse(schema, answers, evaluated.states)
        if again.values == parsed.values and again.problems.keys() == parsed.problems.keys():
            return again, evaluated
        states = evaluated.states
    return parsed, evaluated


def _with_columns(
    schema: FormSchema, answers: Mapping[str, Any], states: Mapping[str, Any]
) -> dict[str, Any]:
    """States for every row posted: those of its column until the row has its own."""
    result = dict(states)
    for item in schema.fields():
        rows = answers.get(item.id) if item.shape == "rows" else None
        for number in range(len(rows) if isinstance(rows, list) else 0):
            for child in item.children:
                column = states.get(f"{item.id}-{child.id}")
                if column is not None:
                    result.setdefault(f"{item.id}-{number}-{child.id}", column)
    return result


def remembered(organisations: Organisations | None) -> Organisations | None:
    """The same provider, asked once per list of kinds."""
    if organisations is None:
        return None
    known: dict[tuple[str, ...], Sequence[Mapping[str, Any]]] = {}

    def ask(kinds: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        key = tuple(kinds)
        if key not in known:
            known[key] = organisations(key)
        return known[key]

    return ask
