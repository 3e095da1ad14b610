"""The registry of field types. Built-in types go through the same door as foreign ones."""

from collections.abc import Iterator

from pikflow.forms.types.bank import BicType, IbanType
from pikflow.forms.types.base import FieldType
from pikflow.forms.types.choice import ChoiceType, CodeListType, MultiChoiceType
from pikflow.forms.types.contact import (
    AddressType,
    EmailType,
    FileNumberType,
    PersonType,
    PhoneType,
    UrlType,
)
from pikflow.forms.types.display import HeadingType, NoteType
from pikflow.forms.types.file import FileType
from pikflow.forms.types.number import DecimalType, IntegerType, MoneyType, PercentType
from pikflow.forms.types.organisation import OrganisationType
from pikflow.forms.types.signature import SignatureType
from pikflow.forms.types.table import GroupType, MatrixType
from pikflow.forms.types.text import TextAreaType, TextType
from pikflow.forms.types.time import DateType, MonthType, PeriodType
from pikflow.forms.types.yesno import BoolType, ConfirmType

BUILT_IN: tuple[type[FieldType], ...] = (
    TextType, TextAreaType, IntegerType, DecimalType, MoneyType, PercentType,
    DateType, MonthType, PeriodType, BoolType, ConfirmType,
    ChoiceType, MultiChoiceType, CodeListType, OrganisationType,
    EmailType, PhoneType, UrlType, IbanType, BicType, FileNumberType, AddressType, PersonType,
    FileType, GroupType, MatrixType, SignatureType, NoteType, HeadingType,
)  # fmt: skip


class FieldTypes:
    """Field types by name, one registry per application."""

    def __init__(self) -> None:
        self._types: dict[str, FieldType] = {}

    def register(self, field_type: FieldType) -> None:
        """Add a type; ValueError when it has no name or the name is taken."""
        if not field_type.name or field_type.name in self._types:
            raise ValueError(f"field type {field_type.name!r} has no name or is registered twice")
        self._types[field_type.name] = field_type

    def get(self, name: str) -> FieldType | None:
        return self._types.get(name)

    def __iter__(self) -> Iterator[FieldType]:
        return iter(self._types.values())

    def names(self) -> list[str]:
        return list(self._types)


def builtin_types() -> FieldTypes:
    """A new registry with the built-in types."""
    types = FieldTypes()
    for kind in BUILT_IN:
        types.register(kind())
    return types
