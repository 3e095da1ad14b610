"""Functions over lists. Nothing counts as the empty list; another kind gives nothing."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from pikflow.expressions import numbers
from pikflow.expressions.budget import MAX_LIST
from pikflow.expressions.errors import list_fault
from pikflow.expressions.kinds import lift, member, truth
from pikflow.expressions.numbers import ZERO


def items_of(value: Any) -> list[Any] | None:
    """A list as it is, nothing as the empty list; None for any other kind."""
    value = lift(value)
    if value is None:
        return []
    return value if type(value) is list else None


def _arguments(values: tuple[Any, ...]) -> list[Any] | None:
    """sum(liste) and sum(a, b) alike; nothing-values are skipped."""
    items = items_of(values[0]) if len(values) == 1 else list(values)
    return None if items is None else [lift(item) for item in items if item is not None]


def total(*values: Any) -> Decimal | None:
    """The sum of the numbers; nothing as soon as one entry is no number."""
    items = _arguments(values)
    if items is None:
        return None
    result = ZERO
    for item in items:
        if type(item) is not Decimal:
            return None
        result = numbers.add(result, item)
    return result


def smallest(*values: Any) -> Any:
    return _extreme(values, min)


def largest(*values: Any) -> Any:
    return _extreme(values, max)


def _extreme(values: tuple[Any, ...], choose: Callable[[Iterable[Any]], Any]) -> Any:
    """The extreme of numbers, texts or dates; nothing for no entries or mixed kinds."""
    items = _arguments(values)
    if not items:
        return None
    kind = type(items[0])
    if kind not in (Decimal, str, date) or any(type(item) is not kind for item in items):
        return None
    return choose(items)


def length(value: Any) -> Decimal | None:
    """Entries of a list or dictionary, characters of a text; 0 for nothing."""
    value = lift(value)
    if value is None:
        return ZERO
    return Decimal(len(value)) if type(value) in (list, dict, str) else None


def some(value: Any) -> bool | None:
    items = items_of(value)
    return None if items is None else any(truth(item) for item in items)


def every(value: Any) -> bool | None:
    items = items_of(value)
    return None if items is None else all(truth(item) for item in items)


def count(value: Any) -> Decimal | None:
    """How many entries are true; nothing, 0 and empty text do not count."""
    items = items_of(value)
    return None if items is None else Decimal(sum(truth(item) for item in items))


def flat(lists: Any) -> list[Any] | None:
    """The entries of several lists as one list; nothing counts as the empty list.

    For what several organisations reported: flat([m.bedarf.stellen for m in bedarf]). An entry
    that is no list stands for itself. Raises ExpressionFault above 10,000 entries.
    """
    items = items_of(lists)
    if items is None:
        return None
    entries: list[Any] = []
    for item in items:
        inner = items_of(item)
        entries.extend([item] if inner is None else inner)
        if len(entries) > MAX_LIST:
            raise list_fault()
    return entries


def find(rows: Any, key: Any, wanted: Any) -> Any:
    """The first dictionary whose entry `key` equals the wanted number, text, date or truth."""
    wanted = lift(wanted)
    if type(wanted) in (list, dict) or type(key) is not str:
        return None
    for row in items_of(rows) or []:
        entry = lift(member(row, key))
        if type(row) is dict and type(entry) is type(wanted) and entry == wanted:
            return row
    return None


def group_sum(rows: Any, key: Any, value_key: Any) -> list[dict[str, Any]] | None:
    """One dictionary {key: ..., value_key: sum} for each different key, in order of appearance.

    Rows without the key are left out; values that are nothing are skipped, a value that is no
    number makes its sum nothing.
    """
    items = items_of(rows)
    if items is None or type(key) is not str or type(value_key) is not str:
        return None
    groups: dict[tuple[type, Any], list[Any]] = {}
    for row in items:
        label = lift(member(row, key))
        if label is not None and type(label) not in (list, dict):
            groups.setdefault((type(label), label), []).append(member(row, value_key))
    return [{key: label, value_key: total(entries)} for (_, label), entries in groups.items()]
