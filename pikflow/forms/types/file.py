"""Attachments. The value is a list of {id, name, size, kind, sha256}; `size` is in bytes.

The content is checked and stored before a form sees it; here kind, size and count are compared.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pikflow.forms.properties import TEXTS, WHOLE, Property
from pikflow.forms.schema import Field
from pikflow.forms.types.base import N_, FieldType, InputError, State
from pikflow.forms.types.number import write_number

KEYS = ("id", "name", "size", "kind", "sha256")
DEFAULT_KINDS = ("pdf", "docx", "xlsx", "png", "jpg")
MEGABYTE = 1_000_000


def write_size(size: Any) -> str:
    """ "1,2 MB" or "340 KB"."""
    number = size if isinstance(size, Decimal) else Decimal(str(size or 0))
    if number >= MEGABYTE:
        return f"{write_number(number / MEGABYTE, 1)}\u00a0MB"
    return f"{write_number(max(number, Decimal(1000)) / 1000, 0)}\u00a0KB"


class FileType(FieldType):
    name = "file"
    widget = "file"
    properties: ClassVar[Mapping[str, Property]] = {
        "kinds": Property(TEXTS, default=DEFAULT_KINDS),
        "max_mb": Property(WHOLE, default=10),
    }

    def parse(self, raw: Any, field: Field, state: State) -> list[dict[str, Any]]:
        if raw is None or raw == "":
            return []
        if not isinstance(raw, list) or not all(isinstance(item, Mapping) for item in raw):
            raise InputError(N_("Laden Sie die Datei hier hoch."))
        return [{key: item.get(key) for key in KEYS} for item in raw if item.get("id")]

    def check(self, value: list[dict[str, Any]], field: Field, state: State) -> InputError | None:
        kinds = field.settings.get("kinds") or DEFAULT_KINDS
        most_mb = int(field.settings.get("max_mb") or 10)
        for item in value:
            name, kind = str(item.get("name") or ""), str(item.get("kind") or "").lower()
            kind = {"jpeg": "jpg"}.get(kind, kind)
            if kind not in kinds:
                words = ", ".join(word.upper() for word in kinds)
                return InputError(
                    N_("„{name}“ ist keine Datei der Art {kinds}."), name=name, kinds=words
                )
            if Decimal(str(item.get("size") or 0)) > most_mb * MEGABYTE:
                return InputError(
                    N_("„{name}“ ist zu groß. Möglich sind höchstens {most} MB."),
                    name=name,
                    most=most_mb,
                )
        if state.min is not None and len(value) < state.min:
            return InputError(N_("Fügen Sie mindestens {least} Dateien bei."), least=state.min)
        if state.max is not None and len(value) > state.max:
            return InputError(N_("Fügen Sie höchstens {most} Dateien bei."), most=state.max)
        return None

    def missing(self, field: Field) -> InputError:
        return InputError(N_("Fügen Sie eine Datei bei."))

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, list):
            return ""
        return ", ".join(f"{item.get('name')} ({write_size(item.get('size'))})" for item in value)

    def example(self, field: Field, state: State, seed: int = 0) -> list[dict[str, Any]]:
        kind = (field.settings.get("kinds") or DEFAULT_KINDS)[0]
        count = max(1, int(state.min or 1))
        return [
            {
                "id": f"beispiel-{number}",
                "name": f"beispiel-{number}.{kind}",
                "size": Decimal(1000),
                "kind": kind,
                "sha256": "0" * 64,
            }
            for number in range(1, count + 1)
        ]
