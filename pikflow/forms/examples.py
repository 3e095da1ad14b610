"""The tests inside a form file: given answers, expected values, errors and warnings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pikflow.errors import Finding
from pikflow.forms.schema import Example, FormSchema
from pikflow.forms.submission import Checked, validate


@dataclass(frozen=True)
class Outcome:
    """One test and what did not come out as expected; empty `complaints` mean it passed."""

    name: str
    line: int
    complaints: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.complaints


def run_examples(schema: FormSchema) -> list[Outcome]:
    """Run every test of a form."""
    return [
        Outcome(example.name, example.line, tuple(_complaints(schema, example)))
        for example in schema.examples
    ]


def findings_of(schema: FormSchema) -> list[Finding]:
    """Failed tests as findings."""
    return [
        Finding(schema.file, outcome.line, outcome.name, "error", "form-test", complaint)
        for outcome in run_examples(schema)
        for complaint in outcome.complaints
    ]


def _complaints(schema: FormSchema, example: Example) -> Iterator[str]:
    checked = validate(schema, example.given, example.context)
    for name, expected in example.expect.items():
        found = _dig(checked.values, name)
        if not _same(expected, found):
            yield f"{name}: erwartet {_word(expected)}, berechnet {_word(found)}."
    for kind, wanted, found_paths in _remarks(example, checked):
        for path in sorted(set(wanted) - set(found_paths)):
            yield f"{kind} an „{path}“ blieb aus."
        for path in sorted(set(found_paths) - set(wanted)):
            yield f"Unerwartet: {kind} an „{path}“: {found_paths[path]}"


def _remarks(
    example: Example, checked: Checked
) -> Iterator[tuple[str, tuple[str, ...], Mapping[str, str]]]:
    if example.errors is not None:
        yield "Fehler", example.errors, checked.errors
    if example.warnings is not None:
        yield "Warnung", example.warnings, checked.warnings


def _dig(values: Any, name: str) -> Any:
    for key in name.replace("-", ".").split("."):
        if isinstance(values, list):
            values = values[int(key)] if key.isdecimal() and int(key) < len(values) else None
        else:
            values = values.get(key) if isinstance(values, Mapping) else None
    return values


def _same(expected: Any, found: Any) -> bool:
    if isinstance(found, Decimal) and isinstance(expected, str | Decimal):
        try:
            return Decimal(expected) == found
        except ArithmeticError:
            return False
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            _same(value, found.get(key)) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(_same(one, other) for one, other in zip(expected, found, strict=True))
        )
    if expected is None or isinstance(expected, bool):
        return found is expected
    return str(expected) == str(found)


def _word(value: Any) -> str:
    return "nichts" if value is None else str(value)
