"""The rows of a group by worksheet: the file to fill in, and what comes back in it."""

from datetime import date
from decimal import Decimal

from flask import Response, request
from werkzeug.datastructures import MultiDict

from pikflow.errors import Invalid, NotFound
from pikflow.forms.boundfield import BoundField
from pikflow.forms.merging import FILL, ROWS_MARK
from pikflow.forms.view import BoundForm
from pikflow.forms.worksheets import columns_of, head_of, read_rows
from pikflow.services.views import TaskPage
from pikflow.texts import say
from pikflow.web import forms
from pikflow.web.files import attachment
from pikflow.web.flow import current_flow
from pikflow.web.i18n import translate
from pikflow.web.spreadsheets import Cell, write_xlsx

SHEET = "sheet:"  # the button that gives the file names its group behind this
FILE = "_sheet"


def fill_in(
    task: TaskPage, raw: "MultiDict[str, str]"
) -> tuple["MultiDict[str, str]", dict[str, str]]:
    """What was posted, with the rows of the file in place of those typed; and why it is refused.

    Without the button's `_fill` nothing changes.
    """
    wanted = raw.get(FILL, "")
    if not wanted:
        return raw, {}
    group = _group(forms.read_page(task, raw, {}, {}, partial=True).form, wanted)
    plain = MultiDict((key, text) for key, text in raw.items(multi=True) if key != FILL)
    try:
        rows = _rows(group)
    except Invalid as fault:
        return plain, {wanted: f"{translate(fault.message)} {translate(fault.hint)}".strip()}
    kept = MultiDict(
        (key, text) for key, text in raw.items(multi=True) if not key.startswith(f"{wanted}-")
    )
    for number, row in enumerate(rows):
        kept.add(f"{wanted}-{number}-{ROWS_MARK}", "1")
        for column, texts in row.items():
            kept.setlist(f"{wanted}-{number}-{column}", texts)
    return kept, {}


def template(form: BoundForm, name: str) -> Response:
    """The worksheet of a group, with the rows it has so far."""
    group = _group(form, name)
    columns = columns_of(group)
    wanted = {column.field.id for column in columns}
    rows = [[_cell(f) for f in row.fields if f.field.id in wanted] for row in group.rows]
    options = {
        number: [option.label.to(form.locale) for option in column.state.options]
        for number, column in enumerate(columns)
        if column.widget == "choice"
    }
    content = write_xlsx(group.label, [head_of(column) for column in columns], rows, options)
    return attachment(content, f"{group.label}.xlsx")


def _group(form: BoundForm, name: str) -> BoundField:
    for field in form.fields:
        if field.path == name and field.takes_worksheet:
            return field
    raise NotFound("sheet-not-found", say("Zu dieser Angabe gibt es keine Tabelle."))


def _rows(group: BoundField) -> list[dict[str, list[str]]]:
    file = request.files.get(f"{group.path}-{FILE}")
    if file is None or not file.filename:
        raise Invalid("sheet-missing", say("Wählen Sie zuerst die ausgefüllte Tabelle."))
    name, data = current_flow().services.files.read_worksheet(file.filename, file.stream)
    return read_rows(group, name, data)


def _cell(field: BoundField) -> Cell:
    value = field.value
    if value is None or (isinstance(value, Decimal | date) and field.widget != "choice"):
        return value
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if field.widget == "multichoice":
        labels = {option.value: option.label.to(field.locale) for option in field.state.options}
        return "; ".join(labels.get(one, str(one)) for one in value)
    return field.text if field.widget == "choice" else field.entry
