"""The cases of pikflow/expressions/conformance.json as Python values."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikflow.expressions
from pikflow import values

FILE = Path(pikflow.expressions.__file__).with_name("conformance.json")


@dataclass(frozen=True)
class Case:
    """`fault` is the code of the fault that stops the evaluation, "" when there is a value."""

    group: str
    expression: str
    scope: dict[str, Any] = field(default_factory=dict)
    value: Any = None
    fault: str = ""


def _filled(value: Any) -> Any:
    """Long lists and texts, which the file writes as {"$list": n} and {"$repeat": n}."""
    if isinstance(value, dict) and "$list" in value:
        return [Decimal(number) for number in range(int(value["$list"]))]
    if isinstance(value, dict) and "$repeat" in value:
        return "x" * int(value["$repeat"])
    return value


def _read(raw: dict[str, Any]) -> Case:
    scope = {name: _filled(value) for name, value in raw.get("scope", {}).items()}
    value, fault = raw.get("value"), raw.get("fault", "")
    return Case(raw["group"], raw["expression"], scope, value, fault)


def same(left: Any, right: Any) -> bool:
    """Equal in value and kind: true is not 1, 1.0 is 1."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return bool(left == right)


CASES = [_read(raw) for raw in values.load(FILE.read_text("utf-8"))["cases"]]
