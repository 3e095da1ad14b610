"""Text and long text."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pikflow.forms.properties import WHOLE, Property
from pikflow.forms.schema import Field
from pikflow.forms.types.base import N_, FieldType, InputError, State

# C0 and C1 controls and the direction overrides that can hide what a text says.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(raw: Any) -> str:
    """Text as stored: NFC, no control characters, \\n as line end, no white space around it.

    Raises InputError for lists, mappings and truth values.
    """
    if isinstance(raw, Decimal | int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        raise InputError(N_("Geben Sie einen Text ein."))
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = _HIDDEN.sub("", text.encode("utf-8", "replace").decode("utf-8"))
    return unicodedata.normalize("NFC", text).strip()


class TextType(FieldType):
    name = "text"
    most = 500

    def parse(self, raw: Any, field: Field, state: State) -> str | None:
        text = " ".join(clean(raw).split("\n"))
        return text or None

    def check(self, value: str, field: Field, state: State) -> InputError | None:
        most = self.most if state.max_length is None else state.max_length
        if len(value) > most:
            return InputError(
                N_("Geben Sie höchstens {most} Zeichen ein. Es sind {count}."),
                most=most,
                count=len(value),
            )
        if state.min_length and len(value) < state.min_length:
            return InputError(
                N_("Geben Sie mindestens {least} Zeichen ein. Es sind {count}."),
                least=state.min_length,
                count=len(value),
            )
        if field.pattern and not re.fullmatch(field.pattern, value):
            return InputError(N_("Die Eingabe hat nicht die erwartete Form."))
        return None

    def example(self, field: Field, state: State, seed: int = 0) -> str:
        if field.pattern:
            return _example_of(field.pattern)
        least, most = state.min_length or 0, state.max_length or self.most
        text = f"Beispiel {seed + 1}"
        text = text + " Text" * ((max(0, least - len(text)) + 4) // 5)
        return text[:most].strip()


class TextAreaType(TextType):
    name = "textarea"
    widget = "textarea"
    most = 20_000
    properties: ClassVar[Mapping[str, Property]] = {"rows": Property(WHOLE, default=5)}

    def parse(self, raw: Any, field: Field, state: State) -> str | None:
        return clean(raw) or None


def _example_of(pattern: str) -> str:
    """A text for simple patterns: a handful of candidates, the first that matches."""
    digits = [("1234567890" * 4)[:count] for count in range(1, 34)]
    letters = [("Abcdefghij" * 4)[:count] for count in range(1, 34)]
    mixed = ["A1", "A-1", "AB-12", "12/2026", "2026-1", "a1", "AB12", "A123", "A-01", "01"]
    for text in [*digits, *letters, *(item.upper() for item in letters), *mixed]:
        if re.fullmatch(pattern, text):
            return text
    return "Beispiel"
