"""The confirmation that replaces a signature: tick, name, office, and the server's time.

The time is never taken from the browser; it is set when the task is completed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from pikflow.forms.properties import WORDS, Property, Text
from pikflow.forms.schema import Field, Personal
from pikflow.forms.types.base import FieldType, part
from pikflow.forms.types.text import TextType
from pikflow.forms.types.yesno import ConfirmType

_TEXT = Text(
    "Ich bestätige, dass die Angaben richtig und vollständig sind. "
    "Diese Bestätigung ersetzt meine Unterschrift.",
    "I confirm that the information is correct and complete. "
    "This confirmation takes the place of my signature.",
)


class SignatureType(FieldType):
    name = "signature"
    widget = "signature"
    shape = "parts"
    required_by_default = True
    server_keys = ("zeitpunkt",)
    properties: ClassVar[Mapping[str, Property]] = {"text": Property(WORDS)}

    def parts(self, field_id: str, settings: Mapping[str, Any]) -> tuple[Field, ...]:
        statement = settings.get("text") or _TEXT
        return (
            Field(id="bestaetigt", kind=ConfirmType(), label=statement),
            part(TextType(), "name", "Name", "Name", personal=Personal(), autocomplete="name"),
            part(
                TextType(), "amt", "Amtsbezeichnung", "Official title",
                autocomplete="organization-title",
            ),
        )  # fmt: skip

    def completed(self, value: Any, now: datetime) -> Any:
        if not isinstance(value, dict):
            return value
        return {**value, "zeitpunkt": now.isoformat(timespec="seconds")}

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, dict) or value.get("bestaetigt") is not True:
            return ""
        who = ", ".join(str(value[key]) for key in ("name", "amt") if value.get(key))
        return f"{who}, {_moment(value['zeitpunkt'])}" if value.get("zeitpunkt") else who


def _moment(text: Any) -> str:
    try:
        return datetime.fromisoformat(str(text)).strftime("%d.%m.%Y %H:%M")
    except ValueError:
        return str(text)
