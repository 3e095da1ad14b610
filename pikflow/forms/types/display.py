"""Fields that only say something: a note and a heading. Nothing is stored."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pikflow.forms.properties import WORDS, Property, one_of
from pikflow.forms.schema import Field
from pikflow.forms.types.base import FieldType, State


class _Display(FieldType):
    shape = "none"

    def parse(self, raw: Any, field: Field, state: State) -> None:
        return None


class NoteType(_Display):
    name = "note"
    widget = "note"
    needs_label: ClassVar[bool] = False
    properties: ClassVar[Mapping[str, Property]] = {
        "text": Property(WORDS, required=True),
        "tone": Property(one_of("info", "warning"), default="info"),
    }


class HeadingType(_Display):
    name = "heading"
    widget = "heading"
