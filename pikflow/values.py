"""The values of case data, and their one text form.

A value is None, bool, Decimal (every number), str, date, list or dict with text keys.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Value = None | bool | Decimal | str | date | list[Any] | dict[str, Any]

_DECIMAL, _DATE, _DICT = "$decimal", "$date", "$dict"
_TAGS = frozenset({_DECIMAL, _DATE, _DICT})
_KEPT = frozenset({str, bool, date, type(None)})  # types of values that stay as they are
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Dumped(str):
    """Text that `dump` made, to be stored as it is: dumping a large value twice costs time."""

    __slots__ = ()


def normalise(value: Any) -> Any:
    """Turn ints and floats into Decimal and tuples into lists, all the way down.

    Raises TypeError for anything that is not a value, so no object leaks into case data.
    """
    kind = type(value)
    if kind in _KEPT:
        return value
    if kind is dict or isinstance(value, Mapping):
        return {
            str(key): item if type(item) in _KEPT else normalise(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [normalise(item) for item in value]
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            raise TypeError(f"{value} is no value of case data")
        return number
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str | date):
        return value
    raise TypeError(f"{kind.__name__} is no value of case data")


def _tagged(value: Any) -> Any:
    """The JSON form of a value, normalised on the way: the common kinds first, one pass."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is dict:
        found = {str(key): _tagged(item) for key, item in value.items()}
        return {_DICT: [*found.items()][0]} if len(found) == 1 and found.keys() <= _TAGS else found
    if kind is list:
        return [_tagged(item) for item in value]
    if isinstance(value, Decimal):
        return {_DECIMAL: str(value)}
    if isinstance(value, date) and not isinstance(value, datetime):
        return {_DATE: value.isoformat()}
    return value if isinstance(value, str) else _tagged(normalise(value))


def _untagged(pairs: dict[str, Any]) -> Any:
    if len(pairs) == 1:
        (key, item), *_ = pairs.items()
        if key == _DECIMAL and isinstance(item, str):
            return Decimal(item)
        if key == _DATE and isinstance(item, str):
            return date.fromisoformat(item)
        if key == _DICT and isinstance(item, list):  # what only looks like a tag
            return dict([item])
    return pairs


_DECODER = json.JSONDecoder(object_hook=_untagged, parse_int=Decimal, parse_float=Decimal)


def dump(value: Any) -> "Dumped":
    """JSON text that `load` turns back into equal values, Decimal and date included."""
    return Dumped(_ENCODER.encode(_tagged(value)))


def load(text: str) -> Any:
    """The values `dump` wrote; numbers come back as Decimal."""
    return _DECODER.decode(text)


def plain(value: Any) -> Any:
    """For people and JSON interfaces: Decimal as number, date as ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
