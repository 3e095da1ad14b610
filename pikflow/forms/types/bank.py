"""IBAN and BIC, checked by schwifty: length and check digits per country."""

from typing import Any

import schwifty
from schwifty.exceptions import SchwiftyException

from pikflow.forms.schema import Field
from pikflow.forms.types.base import N_, InputError, State
from pikflow.forms.types.text import TextType, clean


class IbanType(TextType):
    """Stored without spaces, shown in groups of four."""

    name = "iban"

    def parse(self, raw: Any, field: Field, state: State) -> str | None:
        return "".join(clean(raw).split()).upper() or None

    def check(self, value: str, field: Field, state: State) -> InputError | None:
        if value.startswith("DE") and len(value) != 22:
            return InputError(
                N_("Eine deutsche IBAN hat 22 Zeichen. Es sind {count}."), count=len(value)
            )
        try:
            schwifty.IBAN(value)
        except (SchwiftyException, ValueError):
            return InputError(
                N_("Die IBAN stimmt nicht. Vergleichen Sie sie mit der Angabe Ihrer Bank.")
            )
        return None

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        text = "" if value is None else str(value)
        return " ".join(text[start : start + 4] for start in range(0, len(text), 4))

    def example(self, field: Field, state: State, seed: int = 0) -> str:
        return "DE02600501010002034304"


class BicType(TextType):
    name = "bic"

    def parse(self, raw: Any, field: Field, state: State) -> str | None:
        return "".join(clean(raw).split()).upper() or None

    def check(self, value: str, field: Field, state: State) -> InputError | None:
        try:
            schwifty.BIC(value)
        except (SchwiftyException, ValueError):
            return InputError(N_("Die BIC stimmt nicht. Sie hat 8 oder 11 Zeichen."))
        return None

    def example(self, field: Field, state: State, seed: int = 0) -> str:
        return "SOLADEST600"
