"""Values of foreign files: JSON read safely, labels as plain text, numbers as numbers."""

import json
import re
from html.parser import HTMLParser
from typing import Any

from pikflow.forms.source import MAX_CHARACTERS
from pikflow.notes import Notes

_ADDRESS = re.compile(r"(?<=\]\()\s*(?:javascript|data|vbscript):[^)]*", re.IGNORECASE)


def read_json(data: bytes, notes: Notes) -> Any:
    """The value of a JSON file; None, with a note, for what is none."""
    if len(data) > MAX_CHARACTERS:
        notes.missing("Die Datei ist größer als ein Megabyte und wird nicht gelesen.")
        return None
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=lambda _: None)
    except RecursionError:
        notes.missing("Die Datei ist zu tief verschachtelt.")
    except UnicodeDecodeError:
        notes.missing("Die Datei ist kein Text in UTF-8.", "", "Speichern Sie sie als UTF-8.")
    except json.JSONDecodeError as fault:
        hint = "Exportieren Sie das Formular noch einmal."
        notes.missing("Die Datei ist kein gültiges JSON.", fault.msg, hint, at=fault.lineno)
    except ValueError as fault:  # a number with thousands of digits
        notes.missing("Die Datei ist kein gültiges JSON.", str(fault))
    return None


def shown(value: Any) -> str:
    """Any value of a foreign file, short enough for a note."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, default=str)[:400]
    except (ValueError, RecursionError):
        return "…"


def text_of(value: Any, most: int = 5_000) -> str:
    """A label or hint as plain text; "" for what is none. Unprintable signs are left out."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value)[:most].replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign for sign in text if sign in "\n\t" or sign.isprintable())
    return "".join(kept).encode("utf-8", "replace").decode().strip()


def one_line(value: Any, most: int = 300) -> str:
    return " ".join(text_of(value, most).split())


def markdown_of(value: Any) -> str:
    """Markdown without addresses that run something."""
    return _ADDRESS.sub("", text_of(value))


def without_tags(html: str) -> str:
    """The words of a piece of HTML."""
    reader = _Words()
    try:
        reader.feed(html[:20_000])
        reader.close()
    except (ValueError, RecursionError, AssertionError):
        return ""
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.found)).strip()


class _Words(HTMLParser):
    _BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol"})
    _SILENT = frozenset({"script", "style", "iframe", "object"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._silent += tag in self._SILENT
        if tag in self._BREAKS:
            self.found.append("\n\n" if tag in ("p", "div") else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(re.sub(r"\s+", " ", data))


def number_of(value: Any) -> int | float | None:
    """A number, also one written as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = (
                float(value) if re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", value.strip()) else None
            )
        except ValueError:
            return None
    if not isinstance(value, int | float) or not abs(value) < 1e15:
        return None
    return int(value) if float(value).is_integer() else value


def limit_of(value: Any) -> str | int | None:
    """A number as the language writes a limit: whole as it is, others as text."""
    number = number_of(value)
    if number is None or isinstance(number, int):
        return number
    return f"{number:.10f}".rstrip("0")
