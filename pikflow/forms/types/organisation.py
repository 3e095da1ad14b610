"""An organisation of the register: chosen from what is offered, found by key or by name.

The value is {id, name, ags}; with `multiple: true` a list of these.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from pikflow.forms.properties import FLAG, FORMULA, TEXTS, Property
from pikflow.forms.schema import Field
from pikflow.forms.types.base import N_, FieldType, InputError, State, check_count
from pikflow.forms.types.text import clean

_AGS = re.compile(r"\d{5}|\d{8}")
_LABELLED = re.compile(r"(?P<name>.+?) \((?P<key>[^()]+)\)")
# Up to this many organisations a select shows all; more become a text field with suggestions.
SELECT_LIMIT = 60


def entry_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The stored form of an organisation given as plain data."""
    key = str(raw.get("id") or raw.get("ags") or "")
    return {"id": key, "name": str(raw.get("name") or key), "ags": str(raw.get("ags") or "")}


def label_of(organisation: Mapping[str, Any]) -> str:
    """ "Musterstadt (08111000)": the word people type and pick."""
    name, ags = str(organisation.get("name") or ""), str(organisation.get("ags") or "")
    return f"{name} ({ags})" if ags and ags != name else name or ags


class OrganisationType(FieldType):
    name = "organisation"
    widget = "organisation"
    properties: ClassVar[Mapping[str, Property]] = {
        "kinds": Property(TEXTS, default=()),
        "within": Property(FORMULA),
        "multiple": Property(FLAG, default=False),
    }

    def parse(self, raw: Any, field: Field, state: State) -> Any:
        items = raw if isinstance(raw, list) else [raw]
        found = [one for one in (self._one(item, state) for item in items) if one]
        if field.settings.get("multiple"):
            return list({one["id"]: one for one in found}.values())
        if len(found) > 1:
            raise InputError(N_("Wählen Sie nur eine Organisation."))
        return found[0] if found else None

    def _one(self, raw: Any, state: State) -> dict[str, Any] | None:
        unknown = InputError(
            N_("Wählen Sie eine Organisation aus der Liste oder geben Sie ihren AGS ein.")
        )
        if isinstance(raw, Mapping):
            wanted = entry_of(raw)
            if state.choices is None:
                return wanted if wanted["id"] else None
            raw = wanted["id"]
        text = clean(raw)
        if not text:
            return None
        match = _LABELLED.fullmatch(text)
        keys = {text, match["key"] if match else text}
        if state.choices is None:
            ags = next((key for key in keys if _AGS.fullmatch(key)), None)
            if not ags:
                raise unknown
            return {"id": ags, "name": match["name"] if match else ags, "ags": ags}
        for organisation in state.choices:
            if keys & {str(organisation.get("id")), str(organisation.get("ags") or "-")}:
                return entry_of(organisation)
        named = [one for one in state.choices if str(one.get("name")).lower() == text.lower()]
        if len(named) != 1:
            raise unknown
        return entry_of(named[0])

    def check(self, value: Any, field: Field, state: State) -> InputError | None:
        if not isinstance(value, list):
            return None
        return check_count(value, state)

    def missing(self, field: Field) -> InputError:
        return InputError(N_("Wählen Sie eine Organisation aus."))

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        items = value if isinstance(value, list) else [value]
        return ", ".join(label_of(item) for item in items if isinstance(item, Mapping))

    def entry(self, value: Any, field: Field) -> Any:
        items = value if isinstance(value, list) else [value]
        keys = [str(item["id"]) for item in items if isinstance(item, Mapping) and item.get("id")]
        return keys if field.settings.get("multiple") else "".join(keys[:1])

    def example(self, field: Field, state: State, seed: int = 0) -> Any:
        if state.choices is None:
            one = {"id": "08111000", "name": "Beispielstadt", "ags": "08111000"}
        elif state.choices:
            one = entry_of(state.choices[seed % len(state.choices)])
        else:
            return None
        return [one] if field.settings.get("multiple") else one
