"""Answers for a simulation as a file: YAML with element ids and what is answered there."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from pikflow.errors import DefinitionInvalid, Finding
from pikflow.values import normalise

_LARGEST = 1_000_000  # bytes
_HINT = "Schreiben Sie zum Beispiel: „pruefen: {urteil: gut}“, eine Zeile je Element-Kennung."


def read(path: Path) -> dict[str, Any]:
    """Element id -> a dict of answers, or a list of them for one visit after the other. An id
    with nothing behind it has empty answers.

    Raises DefinitionInvalid with one finding for anything else.
    """
    try:
        data = path.read_bytes()
        if len(data) > _LARGEST:
            raise _refusal(path, 0, "answers-malformed", "Die Datei ist größer als ein Megabyte.")
        given = _load(data.decode("utf-8-sig"), path)
    except OSError as fault:
        raise _refusal(
            path, 0, "file-unreadable", f"Die Datei „{path.name}“ kann nicht gelesen werden."
        ) from fault
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        text = "Die Datei ist kein gültiges YAML."
        raise _refusal(path, line, "answers-malformed", text) from fault
    except (ValueError, RecursionError, OverflowError) as fault:
        text = "Die Datei ist kein lesbares YAML."
        raise _refusal(path, 0, "answers-malformed", text) from fault
    if not isinstance(given, dict):
        text = "Die Datei ordnet keine Antworten zu Element-Kennungen."
        raise _refusal(path, 1, "answers-malformed", text)
    for key, value in given.items():
        if not all(isinstance(row, Mapping) for row in _rows(value)):
            text = f"Zu „{key}“ gehören Antworten mit Namen."
            raise _refusal(path, 0, "answers-malformed", text, str(key))
        if not _is_value(value):
            text = f"Unter den Antworten zu „{key}“ ist ein Wert, den kein Formular haben kann."
            raise _refusal(path, 0, "answers-malformed", text, str(key))
    return {str(key): {} if value is None else value for key, value in given.items()}


def _load(text: str, path: Path) -> Any:
    """An alias may stand for a thousand others, so none is followed."""
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 0
            message = "YAML-Anker (& und *) sind nicht erlaubt."
            raise _refusal(path, line, "answers-malformed", message)
    return yaml.safe_load(text) or {}


def _rows(value: Any) -> list[Any]:
    """The answers of each visit; nothing at all is an empty answer."""
    rows = value if isinstance(value, list) else [value]
    return [{} if row is None else row for row in rows]


def _is_value(value: Any) -> bool:
    """Whether case data can hold it: nothing, yes or no, a finite number, text, a day, and lists
    and mappings of these."""
    try:
        found = normalise(value)
    except (TypeError, RecursionError):
        return False
    parts = [found]
    while parts:
        part = parts.pop()
        if isinstance(part, Decimal) and not part.is_finite():
            return False
        parts += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return True


def _refusal(
    path: Path, line: int, code: str, message: str, element: str = ""
) -> DefinitionInvalid:
    return DefinitionInvalid(
        [Finding(path.as_posix(), line, element, "error", code, message, _HINT)]
    )
