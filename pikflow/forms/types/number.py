"""Numbers: whole, decimal, money and percent. All are Decimal."""

import re
from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from pikflow.expressions.numbers import EXACT
from pikflow.forms.properties import WHOLE, Property
from pikflow.forms.schema import Field
from pikflow.forms.types.base import N_, FieldType, InputError, State

MAX_DIGITS = 15
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_SIGN = "[-+]?"
_GERMAN = re.compile(rf"{_SIGN}(\d{{1,3}}(\.\d{{3}})+|\d+)(,\d+)?")
_GROUPED = re.compile(rf"{_SIGN}[1-9]\d{{0,2}}(\.\d{{3}})+")
_PLAIN = re.compile(rf"{_SIGN}\d+\.\d+")


def read_number(raw: Any, unit: str = "") -> Decimal | None:
    """The number of "1.234,50", "1234.50", "1 234,50 EUR" or plain data.

    A dot followed by three digits groups thousands, as Germans write ("1.234" is 1234).
    None for empty text; ValueError for anything else that is no number.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise ValueError("no number")
    if not isinstance(raw, str):
        number = Decimal(str(raw))
        if not number.is_finite():
            raise ValueError("no number")
        return number
    text = raw.strip().replace("\u2212", "-")
    for suffix in ("€", "EUR", "%", unit):
        if suffix and text.endswith(suffix):
            text = text.removesuffix(suffix).strip()
    text = _SPACES.sub("", text)
    if not text:
        return None
    if len(text) > 60 or not text.isascii():
        raise ValueError("no number")
    if _GROUPED.fullmatch(text) or "," in text or text.lstrip("+-").isdigit():
        if not _GERMAN.fullmatch(text):
            raise ValueError("no number")
        return Decimal(text.replace(".", "").replace(",", "."))
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    raise ValueError("no number")


def write_number(value: Decimal, places: int | None = None) -> str:
    """German notation with grouped thousands; without `places` as many digits as it has."""
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)
    elif value == value.to_integral_value():
        value = value.quantize(Decimal(1), None, EXACT)
    else:
        value = value.normalize(EXACT)
    return f"{value:,f}".translate(str.maketrans(",.", ".,"))


class DecimalType(FieldType):
    name = "decimal"
    widget = "number"
    inputmode = "decimal"
    properties: ClassVar[Mapping[str, Property]] = {"places": Property(WHOLE, default=2)}

    def places(self, field: Field) -> int:
        return min(int(field.settings.get("places", 2)), 10)

    def complaint(self, field: Field) -> InputError:
        return InputError(
            N_(
                "Geben Sie eine Zahl mit höchstens {places} Nachkommastellen ein, "
                "zum Beispiel 0,75."
            ),
            places=self.places(field),
        )

    def parse(self, raw: Any, field: Field, state: State) -> Decimal | None:
        try:
            number = read_number(raw, field.unit.de)
        except (ValueError, ArithmeticError) as fault:
            raise self.complaint(field) from fault
        if number is None:
            return None
        if number and number.adjusted() >= MAX_DIGITS:
            raise InputError(N_("Die Zahl ist zu groß: höchstens 15 Stellen vor dem Komma."))
        exact = number.quantize(Decimal(1).scaleb(-self.places(field)), ROUND_FLOOR)
        if exact != number:
            raise self.complaint(field)
        return exact

    def check(self, value: Decimal, field: Field, state: State) -> InputError | None:
        if isinstance(state.min, Decimal) and value < state.min:
            return InputError(
                N_("Der Wert ist zu klein. Möglich ist mindestens {least}."),
                least=self.format(state.min, field),
            )
        if isinstance(state.max, Decimal) and value > state.max:
            return InputError(
                N_("Der Wert ist zu groß. Möglich ist höchstens {most}."),
                most=self.format(state.max, field),
            )
        return None

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, Decimal):
            return "" if value is None else str(value)
        unit = f"\u00a0{field.unit.to(locale)}" if field.unit else ""
        return write_number(value, self.places(field)) + unit

    def entry(self, value: Any, field: Field) -> str:
        if not isinstance(value, Decimal):
            return "" if value is None else str(value)
        return write_number(value, self.places(field))

    def example(self, field: Field, state: State, seed: int = 0) -> Decimal:
        step = Decimal(1).scaleb(-self.places(field))
        value = Decimal(seed + 1)
        if isinstance(state.min, Decimal) and value < state.min:
            value = -(-state.min // step) * step
        if isinstance(state.max, Decimal) and value > state.max:
            value = (state.max / step).to_integral_value(ROUND_FLOOR) * step
        return value.quantize(step)


class IntegerType(DecimalType):
    name = "integer"
    inputmode = "numeric"
    properties: ClassVar[Mapping[str, Property]] = {}

    def places(self, field: Field) -> int:
        return 0

    def complaint(self, field: Field) -> InputError:
        return InputError(N_("Geben Sie eine ganze Zahl ein, zum Beispiel 12."))


class MoneyType(DecimalType):
    name = "money"
    properties: ClassVar[Mapping[str, Property]] = {}

    def places(self, field: Field) -> int:
        return 2

    def complaint(self, field: Field) -> InputError:
        return InputError(
            N_(
                "Geben Sie einen Betrag mit höchstens zwei Nachkommastellen ein, "
                "zum Beispiel 1.234,50."
            )
        )

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, Decimal):
            return "" if value is None else str(value)
        return write_number(value, 2) + "\u00a0€"


class PercentType(DecimalType):
    """12.5 means 12.5 %."""

    name = "percent"

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, Decimal):
            return "" if value is None else str(value)
        return write_number(value) + "\u00a0%"

    def complaint(self, field: Field) -> InputError:
        return InputError(N_("Geben Sie einen Prozentsatz als Zahl ein, zum Beispiel 12,5."))
