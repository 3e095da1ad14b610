"""What the browser may know: conditions and sums that hang on this form alone, for the preview.

An expression that reads the case's data stays on the server: its values are not for the page.
"""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pikflow.forms.properties import Formula
from pikflow.forms.schema import Field, FormSchema

if TYPE_CHECKING:
    from pikflow.forms.boundfield import BoundField
    from pikflow.forms.view import BoundForm

_WORDS = {
    "de": ("Nur ausfüllen, wenn {text}.", "„{label}“ zutrifft", "es nach „{label}“ nötig ist"),
    "en": ("Only fill in if {text}.", "“{label}” applies", "“{label}” calls for it"),
}
_CLASSES = {
    "textarea": "kern-form-input__input pik-area",
    "confirm": "kern-form-check__checkbox",
    "multichoice": "kern-form-check__checkbox",
}


def _roots(formula: Formula) -> set[str]:
    return {name.split(".")[0] for name in formula.names}


def _own(schema: FormSchema) -> set[str]:
    return {item.id for item in schema.fields()}


def is_own(schema: FormSchema, formula: Formula) -> bool:
    """Whether the script can know the answer.

    It reads nothing but fields of this form whose values stand in their controls as they are, and
    params: rates of the measure are published, other data of the case are not for the page.
    """
    for name in formula.names:
        root = name.split(".")[0]
        if root == "params":
            continue
        field = schema.field(root)
        if root != "item" and (field is None or not _is_readable(field)):
            return False
    return True


def _is_readable(item: Field) -> bool:
    return item.shape != "value" or item.compute is not None or bool(kind_of(item))


def is_interactive(bound: "BoundField") -> bool:
    """Whether something typed on the same page decides if the field is visible."""
    formula = bound.field.visible
    if not isinstance(formula, Formula):
        return False
    roots = _roots(formula)
    if "item" in roots:
        return True
    section = bound.form.schema.section_of(bound.path.split("-")[0])
    inputs = {item.id for item in section.fields if item.compute is None} if section else set()
    return bool(_behind(bound.form.schema, roots) & inputs)


def _behind(schema: FormSchema, names: set[str]) -> set[str]:
    """The fields named, and those their computed values come from."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        field = schema.field(name)
        if field is not None and field.compute is not None:
            waiting += _roots(field.compute)
    return found


def in_words(bound: "BoundField") -> str:
    """The condition as a sentence: the form's own words, else the label of what decides."""
    frame, applies, calls = _WORDS["en" if bound.locale.startswith("en") else "de"]
    if bound.field.visible_text:
        return frame.format(text=bound.field.visible_text.to(bound.locale).rstrip("."))
    formula = bound.field.visible
    label = _label_of_decider(bound, formula) if isinstance(formula, Formula) else ""
    plain = isinstance(formula, Formula) and formula.expression.tree[0] in ("name", "get")
    return frame.format(text=(applies if plain else calls).format(label=label)) if label else ""


def _label_of_decider(bound: "BoundField", formula: Formula) -> str:
    for name in sorted(formula.names):
        root, _, rest = name.partition(".")
        if root == "item" and bound.above is not None:
            found = bound.above.field.child(rest.split(".")[0])
        else:
            found = bound.form.schema.field(root)
        if found is not None:
            return found.label.to(bound.locale).rstrip("?")
    return ""


def tree_of(bound: "BoundField", formula: Formula) -> str:
    """JSON of an expression the script may evaluate, "" for one that reads the case's data."""
    if not is_own(bound.form.schema, formula) or _reads_organisation(bound, formula):
        return ""
    return json.dumps(formula.expression.tree, ensure_ascii=False, separators=(",", ":"))


def _reads_organisation(bound: "BoundField", formula: Formula) -> bool:
    """Whether a column of the row is read whose control does not hold the value itself."""
    if bound.above is None:
        return False
    columns = {name.split(".")[1] for name in formula.names if name.startswith("item.")}
    return any(
        child.id in columns and not _is_readable(child) for child in bound.above.field.children
    )


def values_beside(form: "BoundForm") -> dict[str, Any]:
    """Values of own fields that are not on the page and that its expressions read."""
    on_page = {item.field.id for item in form.fields if not item.readonly}
    wanted: set[str] = set()
    for item in form.fields:
        for formula in _formulas([item.field, *item.field.children]):
            if is_own(form.schema, formula):
                wanted |= formula.names
    roots = {name.split(".")[0] for name in wanted}
    held = {name: form.values.get(name) for name in sorted((roots & _own(form.schema)) - on_page)}
    held |= {
        item.field.id: _without_controls(item) for item in form.fields if item.field.rows.source
    }
    params = form.evaluated.scope.get("params")
    used = {name.split(".")[1] for name in wanted if name.startswith("params.")}
    if used and isinstance(params, Mapping):
        held["params"] = {name: params.get(name) for name in sorted(used)}
    held["heute"] = form.evaluated.scope.get("heute")
    return held


def _without_controls(group: "BoundField") -> list[dict[str, Any]]:
    """The columns of each row nobody types into; the script adds what stands in the controls."""
    return [
        {cell.field.id: cell.value for cell in row.fields if cell.readonly or cell.computed}
        for row in group.rows
    ]


def _formulas(fields: Iterable[Field]) -> Iterable[Formula]:
    for item in fields:
        for formula in (item.visible, item.compute):
            if isinstance(formula, Formula):
                yield formula


def kind_of(item: Field) -> str:
    """How the script reads and writes a value of this type."""
    widget = item.kind.widget
    if widget == "number":
        # A percentage shows as many digits as it has, like everywhere else.
        places = -1 if item.type == "percent" else getattr(item.kind, "places", lambda _: 2)(item)
        unit = {"money": " €", "percent": " %"}.get(item.type, "")
        own = f" {item.unit.de}" if item.unit else ""
        return f"number:{places}:{unit or own}"
    return {"date": "date", "bool": "bool", "confirm": "bool", "multichoice": "list"}.get(
        widget, "text" if item.shape == "value" and widget not in ("file", "organisation") else ""
    )


def css_class(bound: "BoundField") -> str:
    """KERN's class for the input element, with its error and width variant."""
    base = _base_class(bound)
    names = [base]
    if bound.error:
        names.append(f"{base.split()[0]}--error")
    if base == "kern-form-input__input":
        width = bound.field.width or ("s" if bound.widget in ("date", "number") else "")
        names += [f"pik-width-{width}"] if width else []
        names += ["pik-numeric"] if bound.widget == "number" else []
    return " ".join(names)


def _base_class(bound: "BoundField") -> str:
    if bound.is_box or (bound.widget == "organisation" and bound.field.settings.get("multiple")):
        return "kern-form-check__checkbox"
    if bound.is_radio:
        return "kern-form-check__radio"
    if bound.widget in ("choice", "bool"):
        return "kern-form-input__select"
    if bound.widget == "organisation" and not bound.suggestions and bound.state.choices is not None:
        return "kern-form-input__select"
    return _CLASSES.get(bound.widget, "kern-form-input__input")
