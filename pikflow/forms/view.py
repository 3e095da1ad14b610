"""A bound form as the templates see it: pages, fields with everything to show, error summary."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup
from wtforms.form import BaseForm

from pikflow import values
from pikflow.forms import preview
from pikflow.forms.boundfield import ID_PREFIX, BoundField
from pikflow.forms.builder import controls
from pikflow.forms.evaluation import Evaluated
from pikflow.forms.markdown import safe
from pikflow.forms.parsing import Parsed
from pikflow.forms.rules import Remarks, submitted
from pikflow.forms.schema import FormSchema, Section
from pikflow.forms.types.base import Translate


@dataclass(frozen=True)
class ErrorLine:
    """One line of the error summary: where the link goes, the field's label, the message."""

    id: str
    label: str
    message: str
    page: str = ""

    @property
    def url(self) -> str:
        return f"#{self.id}"


@dataclass
class BoundForm:
    """A form bound to answers. `errors` are all there are; `reported` those shown right now.

    `draft` is what to store as a draft, `values` what counts on submission. `pressed` is the path
    of the row or file a button added or removed, "" when none was pressed.
    """

    schema: FormSchema
    page_id: str | None
    locale: str
    translate: Translate
    parsed: Parsed
    evaluated: Evaluated
    remarks: Remarks
    editable: frozenset[str]
    report: str
    pressed: str
    draft: dict[str, Any]

    @property
    def restructured(self) -> bool:
        """A row or file was added or removed: show the page again, at `focus`."""
        return bool(self.pressed)

    @property
    def focus(self) -> str:
        """The id to jump to after a row or file was added or removed."""
        return f"{ID_PREFIX}{self.pressed}" if self.pressed else ""

    @cached_property
    def values(self) -> Mapping[str, Any]:
        return submitted(self.schema, self.evaluated, self.parsed)

    @property
    def errors(self) -> Mapping[str, str]:
        return self.remarks.errors

    @property
    def warnings(self) -> Mapping[str, str]:
        return self.remarks.warnings

    @property
    def informations(self) -> Mapping[str, str]:
        return self.remarks.informations

    @property
    def valid(self) -> bool:
        return not self.remarks.errors

    @cached_property
    def computed(self) -> dict[str, Any]:
        """Values of the computed fields, by id."""
        return {
            item.id: self.values.get(item.id)
            for item in self.schema.fields()
            if item.compute is not None
        }

    @cached_property
    def pages(self) -> tuple["Page", ...]:
        """The sections there are to see, in order."""
        return tuple(
            Page(self, section)
            for section in self.schema.sections
            if self.evaluated.sections.get(section.id)
        )

    @cached_property
    def page(self) -> "Page | None":
        """The page asked for; the first one for an unknown or hidden id; None: the whole form."""
        if self.page_id is None:
            return None
        named = [page for page in self.pages if page.id == self.page_id]
        return next(iter(named or self.pages), None)

    @cached_property
    def bound(self) -> dict[str, "BoundField"]:
        """Every field of the form, bound, by id."""
        return {field.id: BoundField(self, field, field.id) for field in self.schema.fields()}

    @property
    def fields(self) -> tuple["BoundField", ...]:
        """The fields on show: those of the page, or of all pages."""
        shown = [self.page] if self.page else self.pages
        return tuple(item for page in shown for item in page.fields)

    @cached_property
    def reported(self) -> Mapping[str, str]:
        """The errors to show now, by path."""
        if self.report == "none":
            return {}
        if self.report == "all" or self.page is None:
            return self.errors
        return self.page.errors

    @cached_property
    def error_summary(self) -> tuple[ErrorLine, ...]:
        """The reported errors in the order of the form, with the same words as at the fields."""
        order = {item.id: number for number, item in enumerate(self.schema.fields())}
        paths = sorted(self.reported, key=lambda path: order.get(path.split("-")[0], -1))
        return tuple(self._line(path) for path in paths)

    def _line(self, path: str) -> ErrorLine:
        first = path.split("-")[0]
        section = self.schema.section_of(first)
        page = section.id if section else ""
        found = find(self, path)
        if found is None:
            title = self.schema.title.to(self.locale)
            return ErrorLine(f"{ID_PREFIX}{first}" if first else "formular", title,
                             self.reported[path], page)  # fmt: skip
        label = found.full_label.rstrip("?.:! ")
        return ErrorLine(found.anchor, label, self.reported[path], page)

    @cached_property
    def controls(self) -> BaseForm:
        """The WTForms controls of everything on show that may change."""
        return controls(leaf for item in self.fields for leaf in item.leaves())

    @cached_property
    def preview(self) -> str:
        """JSON of own values the page's expressions need but the page does not show."""
        return values.dump(preview.values_beside(self))


@dataclass
class Page:
    """One section on its own page."""

    form: BoundForm
    section: Section

    @property
    def id(self) -> str:
        return self.section.id

    @property
    def title(self) -> str:
        return self.section.title.to(self.form.locale)

    @property
    def intro(self) -> Markup:
        return safe(self.section.intro.to(self.form.locale))

    @property
    def editable(self) -> bool:
        return self.id in self.form.editable

    @property
    def current(self) -> bool:
        return self.form.page is not None and self.form.page.id == self.id

    @cached_property
    def fields(self) -> tuple["BoundField", ...]:
        return tuple(
            item
            for item in (self.form.bound[field.id] for field in self.section.fields)
            if item.shown
        )

    @property
    def blocks(self) -> Iterator[tuple[str, list["BoundField"]]]:
        """Fields in order; neighbours that are only read stand together as ("read", fields)."""
        kept: list[BoundField] = []
        for item in self.fields:
            if item.readonly and not item.computed and item.field.shape in ("value", "parts"):
                kept.append(item)
                continue
            if kept:
                yield "read", kept
                kept = []
            yield "field", [item]
        if kept:
            yield "read", kept

    @property
    def touched(self) -> bool:
        """Whether somebody has been on this page: one of its fields is in the draft."""
        return any(item.id in self.form.draft for item in self.section.fields)

    @cached_property
    def errors(self) -> dict[str, str]:
        """Errors of this page's fields, by path."""
        own = {item.id for item in self.section.fields}
        return {
            path: message for path, message in self.form.errors.items() if path.split("-")[0] in own
        }

    @property
    def complete(self) -> bool:
        return not self.errors


def find(form: BoundForm, path: str) -> BoundField | None:
    """The bound field of a path, None when the page can't show it."""
    first, *rest = path.split("-")
    found = form.bound.get(first)
    if found is None or not rest:
        return found
    if found.field.shape in ("rows", "matrix"):
        rows = [row for row in found.rows if path == row.path or path.startswith(row.path + "-")]
        cells = rows[0].fields if rows else ()
    else:
        cells = found.parts
    for cell in cells:
        if cell.path == path:
            return cell
        inner = [part for part in cell.parts if part.path == path]
        if inner:
            return inner[0]
    return found
