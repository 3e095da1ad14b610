"""The single fields of form-js: text, numbers, choices, times, files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pikflow.expressions.pieces import Untranslatable
from pikflow.forms.imports.draft import Draft, Expression, Fields
from pikflow.forms.imports.fields import (
    TIME,
    TIME_ERROR,
    Feel,
    both,
    feel_text,
    note_expression,
    opposite,
)
from pikflow.forms.imports.identifiers import Identifiers
from pikflow.forms.imports.words import limit_of, number_of, one_line, shown, text_of
from pikflow.forms.types.file import DEFAULT_KINDS

_KNOWN = frozenset(
    {"type", "id", "key", "path", "label", "dateLabel", "timeLabel", "description", "layout"}
    | {"components", "conditional", "validate", "values", "valuesKey", "valuesExpression"}
    | {"defaultValue", "readonly", "disabled", "appearance", "subtype", "decimalDigits", "text"}
    | {"content", "expression", "computeOn", "isRepeating", "allowAddRemove", "dataSource"}
    | {"defaultRepetitions", "showOutline", "columns", "columnsExpression", "rowCount", "accept"}
    | {"multiple", "use24h", "disallowPassedDates", "searchable", "increment", "source", "alt"}
    | {"action", "height", "timeSerializingFormat", "timeInterval", "serializeToString", "url"}
    | {"nonCollapsibleItems", "disableCollapse", "verticalAlignment"}
)


@dataclass(frozen=True)
class Place:
    """Where a component stands: the list it goes to, the ids of that scope, the group whose row it
    is in (with the names of the columns), and the path and condition of what is around it."""

    fields: Fields
    ids: Identifiers
    prefix: str = ""
    path: str = ""
    visible: str = ""
    row: bool = False
    depth: int = 0


class Components:
    """Builds one field each; formjs.py adds what holds, shows or repeats fields."""

    def __init__(self, draft: Draft, feel: Feel) -> None:
        self.draft = draft
        self.feel = feel
        self.names: dict[str, str] = {}
        self.columns: dict[str, dict[str, str]] = {}
        self.given: dict[int, str] = {}  # id() of a component -> its id here

    def where(self, component: Mapping[str, Any]) -> tuple[int, str]:
        name = one_line(component.get("key")) or one_line(component.get("path"))
        name = name or one_line(component.get("id"))
        return self.draft.line(name), name

    def missing(
        self, component: Mapping[str, Any], what: str, before: str = "", hint: str = ""
    ) -> None:
        at, name = self.where(component)
        self.draft.notes.missing(what, before, hint, at=at, element=name)

    def kept(
        self, component: Mapping[str, Any], what: str, before: str = "", hint: str = ""
    ) -> None:
        at, name = self.where(component)
        self.draft.notes.kept(what, before, hint, at=at, element=name)

    def translated(
        self, component: Mapping[str, Any], what: str, before: str, after: str, hint: str = ""
    ) -> None:
        at, name = self.where(component)
        self.draft.notes.translated(what, before, after, hint, at=at, element=name)

    def leftovers(self, component: Mapping[str, Any], at: int, name: str) -> None:
        for key in component.keys() - _KNOWN:
            self.kept(
                component,
                f"Die Angabe „{shown(key)[:60]}“ hat hier keine Wirkung.",
                shown(component[key]),
            )

    # --- expressions

    def _scope(self, place: Place, group: str = "") -> dict[str, str]:
        """Names as an expression at this place may write them."""
        names = dict(self.names)
        if place.row:
            own = {name: f"item.{here}" for name, here in place.ids.names.items()}
            names |= {f"parent.{name}": here for name, here in self.names.items()}
            names |= own | {f"this.{name}": here for name, here in own.items()}
        elif place.path:
            start = f"{place.path}."
            inner = {n.removeprefix(start): h for n, h in self.names.items() if n.startswith(start)}
            names |= inner | {f"this.{name}": here for name, here in inner.items()}
        else:
            names |= {f"this.{name}": here for name, here in self.names.items()}
        return names

    def expression(
        self, what: str, text: str, component: Mapping[str, Any], place: Place,
        turn: Callable[[str], str] = str,
    ) -> str:  # fmt: skip
        """A FEEL expression in our language, turned around where asked; "" when it can't be."""
        at, name = self.where(component)
        try:
            found = turn(feel_text(self.feel, text, self._scope(place)))
        except Untranslatable as fault:
            note_expression(self.draft, what, fault, text, at, name)
            return ""
        self.translated(component, f"{what} aus FEEL übersetzt.", text, found)
        return found

    def visible(self, component: Mapping[str, Any], around: str, place: Place | None = None) -> str:
        rule = component.get("conditional")
        hide = rule.get("hide") if isinstance(rule, dict) else None
        place = place or Place([], self.draft.ids)
        if not isinstance(hide, str) or not hide.strip():
            return around
        found = self.expression("Wann das Feld verborgen ist", hide, component, place, opposite)
        return str(both(around, found) or "")

    # --- fields

    def base(self, component: dict[str, Any], place: Place, kind: str) -> dict[str, Any]:
        rules = component.get("validate")
        rules = rules if isinstance(rules, dict) else {}
        visible = self.visible(component, place.visible, place)
        label = one_line(component.get("label") or component.get("dateLabel"))
        _, name = self.where(component)
        field: dict[str, Any] = {
            "id": self.given.get(id(component), "") or place.ids.take(name or kind),
            "type": kind,
            "label": label or name or kind,
            "hint": self._words(component.get("description"), component, "Hinweis"),
            "required": True if rules.get("required") is True else None,
            "visible": Expression(visible) if visible else None,
        }
        if not label:
            self.missing(component, "Das Feld hat keine Bezeichnung.", "", "Geben Sie label an.")
        readonly = component.get("readonly", component.get("disabled"))
        if readonly is True or component.get("disabled") is True:
            field["readonly"] = True
        elif isinstance(readonly, str) and readonly.strip():
            found = self.expression("Wann das Feld gesperrt ist", readonly, component, place)
            field["readonly"] = Expression(found) if found else None
        return field

    def _words(self, value: Any, component: Mapping[str, Any], what: str) -> str:
        text = one_line(value, 1_000)
        if text.startswith("=") or "{{" in text:
            hint = "Schreiben Sie einen festen Text."
            self.missing(component, f"{what}: Texte werden hier nicht berechnet.", text, hint)
            return "" if text.startswith("=") else text
        return text

    def _default(self, field: dict[str, Any], component: Mapping[str, Any]) -> None:
        value = component.get("defaultValue")
        if value in (None, "", []):
            return
        number = number_of(value)
        if field["type"] in ("integer", "decimal", "money", "percent"):
            if number is not None:
                field["default"] = limit_of(value)
        elif isinstance(value, str):
            field["default"] = text_of(value)
        elif isinstance(value, bool) and field["type"] == "bool":
            field["default"] = value
        else:
            self.missing(component, "Der Anfangswert passt nicht zur Feldart.", shown(value))

    def _unit(self, field: dict[str, Any], component: Mapping[str, Any]) -> None:
        look = component.get("appearance")
        look = look if isinstance(look, dict) else {}
        words = [one_line(look.get(side), 40) for side in ("prefixAdorner", "suffixAdorner")]
        unit = next((word for word in words if word and not word.startswith("=")), "")
        if field["type"] in ("integer", "decimal") and unit in ("€", "EUR", "Euro"):
            field["type"] = "money"
            field.pop("places", None)
        elif field["type"] in ("integer", "decimal") and unit == "%":
            field["type"] = "percent"
        elif unit and field["type"] in ("integer", "decimal"):
            field["unit"] = unit
        elif unit:
            self.kept(component, "Zeichen vor oder hinter dem Feld haben hier nur Zahlen.", unit)

    def text(self, component: dict[str, Any], place: Place) -> None:
        rules = component.get("validate")
        rules = rules if isinstance(rules, dict) else {}
        kind = "textarea" if component.get("type") == "textarea" else "text"
        kind = {"email": "email", "phone": "phone"}.get(str(rules.get("validationType")), kind)
        field = self.base(component, place, kind)
        for theirs, ours in (("minLength", "min_length"), ("maxLength", "max_length")):
            self._limit(field, component, ours, rules.get(theirs), place)
        self._default(field, component)
        if isinstance(rules.get("pattern"), str) and rules["pattern"] and kind == "text":
            at, name = self.where(component)
            self.draft.pattern(field, rules["pattern"], rules.get("patternErrorMessage"), at, name)
        self._unit(field, component)
        self.draft.add(place.fields, field)

    def _limit(
        self,
        field: dict[str, Any],
        component: Mapping[str, Any],
        name: str,
        value: Any,
        place: Place,
    ) -> None:
        if isinstance(value, str) and value.strip().startswith("="):
            found = self.expression(f"Grenze „{name}“", value, component, place)
            field[name] = Expression(found) if found else None
        elif limit_of(value) is not None:
            field[name] = limit_of(value)

    def number(self, component: dict[str, Any], place: Place) -> None:
        digits = component.get("decimalDigits")
        digits = digits if isinstance(digits, int) and 0 <= digits <= 10 else None
        field = self.base(component, place, "integer" if digits == 0 else "decimal")
        if digits:
            field["places"] = digits
        elif digits is None:
            _, name = self.where(component)
            self.translated(
                component,
                "Die Zahl hat hier zwei Nachkommastellen.",
                "decimalDigits fehlt",
                "places: 2",
                "Für ganze Zahlen nehmen Sie die Feldart integer.",
            )
        rules = component.get("validate")
        rules = rules if isinstance(rules, dict) else {}
        for name in ("min", "max"):
            self._limit(field, component, name, rules.get(name), place)
        self._unit(field, component)
        self._default(field, component)
        self.draft.add(place.fields, field)

    def checkbox(self, component: dict[str, Any], place: Place) -> None:
        field = self.base(component, place, "bool")
        if field.pop("required", None):
            field["type"] = "confirm"
        else:
            self._default(field, component)
        self.draft.add(place.fields, field)

    def choice(self, component: dict[str, Any], place: Place) -> None:
        kind = str(component.get("type"))
        many = kind in ("checklist", "taglist")
        field = self.base(component, place, "multichoice" if many else "choice")
        at, name = self.where(component)
        values, key = component.get("values"), component.get("valuesKey")
        formula = component.get("valuesExpression")
        if isinstance(formula, str) and formula.strip():
            found = self.expression("Liste der Möglichkeiten", formula, component, place)
            field["options"] = Expression(found) if found else None
        elif isinstance(key, str) and key.strip():
            field["options"] = self.draft.expression(self.names.get(key, key))
            self.translated(
                component, "Die Möglichkeiten kommen aus dem Vorgang.", key, shown(field["options"])
            )
        else:
            pairs = [
                (one_line(entry.get("value")), one_line(entry.get("label")))
                for entry in (values if isinstance(values, list) else [])
                if isinstance(entry, dict)
            ]
            field["options"] = self.draft.options(pairs, at, name)
        if not field.get("options"):
            hint = "Tragen Sie unter options ein, was zur Wahl steht."
            self.missing(component, "Es fehlt, was zur Wahl steht.", "", hint)
            field["options"] = [{"value": "offen", "label": "Noch ohne Auswahl"}]
        if not many:
            field["display"] = "radio" if kind == "radio" else "select"
            self._default(field, component)
        self.draft.add(place.fields, field)

    def moment(self, component: dict[str, Any], place: Place) -> None:
        """date, time, or both: a time is a text with a form of its own."""
        subtype = component.get("subtype") or "date"
        _, name = self.where(component)
        if subtype in ("date", "datetime"):
            field = self.base(component, place, "date")
            if component.get("disallowPassedDates") is True:
                field["min"] = Expression("heute")
            self.draft.add(place.fields, field)
        if subtype not in ("time", "datetime"):
            return
        time = self.base({**component, "label": component.get("timeLabel")}, place, "text")
        if subtype == "datetime":
            time["id"] = place.ids.take(f"{name}_uhrzeit", f"{name}_uhrzeit")
        else:
            time["id"] = self.given.get(id(component), time["id"])
        time["label"] = one_line(component.get("timeLabel")) or "Uhrzeit"
        time |= {"pattern": TIME, "error": TIME_ERROR, "width": "s"}
        self.translated(component, "Uhrzeiten sind hier Text der Form 14:30.", subtype, time["id"])
        self.draft.add(place.fields, time)

    def file(self, component: dict[str, Any], place: Place) -> None:
        field = self.base(component, place, "file")
        accepted = str(component.get("accept") or "").replace(" ", "").split(",")
        kinds = [word.lstrip(".").lower() for word in accepted if word.startswith(".")]
        known = [word for word in kinds if word in DEFAULT_KINDS]
        if known:
            field["kinds"] = known
        elif any(accepted):
            self.missing(
                component,
                "Die Dateiarten lassen sich hier nicht so einschränken.",
                ",".join(accepted),
            )
        if not component.get("multiple"):
            field["max"] = 1
        self.draft.add(place.fields, field)
