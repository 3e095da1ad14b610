"""WTForms controls for the leaves of a page. Parsing and rules are not here: only input elements.

One flat form holds all controls, named by their path ("stellen-0-vzae"), so that no field name of
a form file can meet a method of WTForms.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from wtforms import (
    BooleanField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from pikflow.forms.schema import Field
from pikflow.forms.types.base import State
from pikflow.forms.types.choice import RADIO_LIMIT
from pikflow.forms.types.organisation import SELECT_LIMIT, entry_of, label_of

Choices = list[SelectChoice]
CHOOSE = {"de": "Bitte wählen", "en": "Please choose"}
YES_NO = {"de": ("Ja", "Nein"), "en": ("Yes", "No")}


class Leaf(Protocol):
    """What the builder needs to know of a bound field."""

    @property
    def field(self) -> Field: ...
    @property
    def path(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def entry(self) -> Any: ...
    @property
    def locale(self) -> str: ...
    @property
    def in_table(self) -> bool: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...


_INPUTS: Mapping[str, type[widgets.Input]] = {
    "email": widgets.EmailInput,
    "phone": widgets.TelInput,
    "url": widgets.URLInput,
}


class _Meta(DefaultMeta):
    """No CSRF and no translations of WTForms' own: both are the page's business."""

    csrf = False
    locales = False

    def get_translations(self, form: BaseForm) -> None:
        return None


class _Box(BooleanField):
    false_values = ("", "false", False)

    def _value(self) -> str:
        return "true"


class _Boxes(SelectMultipleField):
    """Check boxes for a choice of several."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


def controls(leaves: Iterable[Leaf]) -> BaseForm:
    """Input elements for the leaves, filled with what they show."""
    leaves = list(leaves)
    form = BaseForm({leaf.path: _control(leaf) for leaf in leaves}, meta=_Meta())
    form.process(formdata=None, data={leaf.path: _data(leaf) for leaf in leaves})
    return form


def _data(leaf: Leaf) -> Any:
    if leaf.field.kind.widget in ("bool", "confirm") and shows_box(leaf):
        return leaf.entry == "true"
    return leaf.entry


def _control(leaf: Leaf) -> UnboundField:
    make = _CONTROLS.get(leaf.field.kind.widget, _line)
    return make(leaf, {"id": leaf.id, "render_kw": dict(leaf.attributes)})


def _line(leaf: Leaf, more: dict[str, Any]) -> UnboundField:
    widget = _INPUTS.get(leaf.field.kind.widget, widgets.TextInput)
    return StringField(leaf.path, widget=widget(), **more)


def _area(leaf: Leaf, more: dict[str, Any]) -> UnboundField:
    more["render_kw"]["rows"] = leaf.field.settings.get("rows") or 5
    return TextAreaField(leaf.path, **more)


def shows_box(leaf: Leaf) -> bool:
    """A single tick box instead of yes and no."""
    return bool(getattr(leaf.field.kind, "is_box", lambda _: False)(leaf.field))


def shows_radio(leaf: Leaf) -> bool:
    """Radio buttons: few options and room for them."""
    if leaf.in_table:
        return False
    if leaf.field.kind.widget == "bool":
        return not shows_box(leaf)
    if leaf.field.kind.widget != "choice" or leaf.field.type == "codelist":
        return False
    display = leaf.field.settings.get("display")
    return display == "radio" or (display is None and len(leaf.state.options) <= RADIO_LIMIT)


def shows_suggestions(leaf: Leaf) -> bool:
    """A text field with suggestions: organisations too many for a select, or not known here."""
    if leaf.field.kind.widget != "organisation" or leaf.field.settings.get("multiple"):
        return False
    return leaf.state.choices is None or len(leaf.state.choices) > SELECT_LIMIT


def _bool(leaf: Leaf, more: dict[str, Any]) -> UnboundField:
    if shows_box(leaf):
        return _Box(leaf.path, **more)
    yes, no = YES_NO.get(leaf.locale, YES_NO["de"])
    return _one_of(leaf, [SelectChoice("true", yes), SelectChoice("false", no)], more)


def _choice(leaf: Leaf, more: dict[str, Any]) -> UnboundField:
    return _one_of(leaf, _options(leaf), more)


def _one_of(leaf: Leaf, options: Choices, more: dict[str, Any]) -> UnboundField:
    if shows_radio(leaf):
        return RadioField(leaf.path, choices=options, validate_choice=False, **more)
    blank = [SelectChoice("", CHOOSE.get(leaf.locale, CHOOSE["de"]))]
    return SelectField(leaf.path, choices=blank + options, validate_choice=False, **more)


def _several(leaf: Leaf, more: dict[str, Any]) -> UnboundField:
    return _Boxes(leaf.path, choices=_options(leaf), validate_choice=False, **more)


def _organisation(leaf: Leaf, more: dict[str, Any]) -> UnboundField:
    known = [entry_of(choice) for choice in leaf.state.choices or ()]
    options = [SelectChoice(entry["id"], label_of(entry)) for entry in known]
    if leaf.field.settings.get("multiple"):
        return _Boxes(leaf.path, choices=options, validate_choice=False, **more)
    if not shows_suggestions(leaf):
        return _one_of(leaf, options, more)
    more["render_kw"] |= {"autocomplete": "off", "list": f"{leaf.id}-liste"} if options else {}
    return StringField(leaf.path, **more)


def _files(leaf: Leaf, more: dict[str, Any]) -> UnboundField:
    kinds = leaf.field.settings.get("kinds") or ()
    more["render_kw"]["accept"] = ",".join(f".{kind}" for kind in kinds)
    return MultipleFileField(leaf.path, **more)


def _options(leaf: Leaf) -> Choices:
    return [
        SelectChoice(option.value, option.label.to(leaf.locale)) for option in leaf.state.options
    ]


_CONTROLS: Mapping[str, Callable[[Leaf, dict[str, Any]], UnboundField]] = {
    "textarea": _area,
    "bool": _bool,
    "confirm": _bool,
    "choice": _choice,
    "multichoice": _several,
    "organisation": _organisation,
    "file": _files,
}
