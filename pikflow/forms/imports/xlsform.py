"""XLSForm (ODK, KoBo) into our language: the sheets survey, choices and settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pikflow.forms.imports.draft import COLUMN, Draft, Expression, Fields, ImportedForm
from pikflow.forms.imports.identifiers import Identifiers
from pikflow.forms.imports.languages import Labels
from pikflow.forms.imports.words import number_of, one_line
from pikflow.forms.imports.workbook import Row, read_sheets
from pikflow.forms.imports.xlsform_fields import Questions, Stand, kind_of
from pikflow.forms.imports.xpath import Variable

_SHEETS = ("survey", "choices", "settings")
_METADATA = frozenset(
    {"start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username"}
    | {"email", "audit", "background-audio", "start-geopoint", "background-geopoint"}
)
_READ = frozenset(
    {"type", "name", "label", "hint", "required", "required_message", "relevant", "constraint"}
    | {"constraint_message", "calculation", "default", "appearance", "read_only", "readonly"}
    | {"repeat_count", "parameters", "choice_filter"}
)
_DEPTH = 12


@dataclass
class _Group:
    """A group or repeat with what is in it; the whole survey is one, too."""

    row: Mapping[str, str]
    number: int
    repeats: bool = False
    items: list["_Group | tuple[int, Mapping[str, str]]"] = field(default_factory=list)


def read_xlsform(data: bytes, file: str) -> ImportedForm:
    """The form of an XLSForm file, whatever it holds; problems are notes."""
    draft = Draft(file, "XLSForm")
    stem = file.rpartition("/")[2].rpartition(".")[0]
    sheets = read_sheets(data, _SHEETS, draft.notes)
    survey = sheets.get("survey")
    if survey is None:
        if sheets or not len(draft.notes):
            hint = "Ein XLSForm hat die Blätter survey, choices und settings."
            draft.notes.missing("Das Blatt „survey“ fehlt.", "", hint)
        return draft.finished(stem)
    settings = next((row for _, row in sheets.get("settings", [])), {})
    labels = Labels(draft, settings.get("default_language", ""))
    draft.form_id = settings.get("form_id") or settings.get("id_string") or stem
    draft.title = labels.plain(settings.get("form_title") or settings.get("title") or stem)
    version = number_of(settings.get("version", ""))
    draft.version = version if isinstance(version, int) and 0 < version < 10**9 else 1
    for name in settings.keys() - {"form_title", "title", "form_id", "id_string", "version"}:
        if name != "default_language":
            draft.notes.kept(f"Die Einstellung „{name}“ hat hier keine Wirkung.", settings[name])
    _XlsForm(draft, labels, _lists(sheets.get("choices", []))).build(survey)
    labels.tell()
    return draft.finished(stem, tuple({draft.form_id, stem}))


def _lists(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for number, row in rows:
        name = row.get("list_name") or row.get("list name")
        if name:
            found.setdefault(name, []).append((number, row))
    return found


class _XlsForm(Questions):
    """Puts questions on pages and into groups; the questions themselves are built beside."""

    def build(self, survey: list[Row]) -> None:
        whole = self._nested(survey)
        self._name(whole, self.draft.ids, "", 0)
        loose: Fields | None = None
        for item in whole.items:
            if isinstance(item, _Group) and not item.repeats:
                title = self.labels.of(item.row, "label") or one_line(item.row.get("name"))
                visible = self.relevant(item.row, item.number, Stand([]))
                fields = self.draft.section(
                    item.row.get("name", "") or "abschnitt", title,
                    visible=Expression(visible) if visible else None,
                )  # fmt: skip
                self._left_over(item.row, item.number)
                self._inside(item, Stand(fields, depth=1))
                loose = None
                continue
            if loose is None:
                title = "Weitere Angaben" if self.draft.sections else "Angaben"
                loose = self.draft.section(title, title)
            self._item(item, Stand(loose))

    def _nested(self, survey: list[Row]) -> _Group:
        """The rows as a tree, by begin and end."""
        whole = _Group({}, 0)
        open_groups = [whole]
        for number, row in survey:
            kind = re.sub(r"[\s_]+", " ", row.get("type", "").strip().lower())
            if kind in ("begin group", "begin repeat"):
                group = _Group(row, number, kind.endswith("repeat"))
                open_groups[-1].items.append(group)
                open_groups.append(group)
            elif kind in ("end group", "end repeat"):
                if len(open_groups) == 1:
                    self.missing(
                        row, number, f"Zeile {number} schließt eine Gruppe, die nicht offen ist."
                    )
                else:
                    open_groups.pop()
            elif kind:
                open_groups[-1].items.append((number, row))
        for group in open_groups[1:]:
            self.missing(group.row, group.number, "Die Gruppe wird nicht geschlossen.")
        return whole

    def _name(self, group: _Group, ids: Identifiers, above: str, depth: int) -> None:
        """All names first: an expression may read what comes later."""
        for item in group.items if depth <= _DEPTH else ():
            row, number = (
                (item.row, item.number) if isinstance(item, _Group) else (item[1], item[0])
            )
            name = one_line(row.get("name"), 100)
            if isinstance(item, _Group) and not item.repeats:
                self._name(item, ids, above, depth + 1)
            elif isinstance(item, _Group):
                here = ids.take(name or "gruppe", name or f"#{number}")
                self.here[number] = here
                if above:
                    continue
                self.fields[name] = Variable(here, "group")
                columns = self.columns[here] = Identifiers()
                self._name(item, columns, here, depth + 1)
            elif row.get("type", "").strip().lower() in _METADATA:
                if row["type"].strip().lower() == "today" and name:
                    self.fields[name] = Variable("heute", "date")
            else:
                here = ids.take(name or "hinweis", name or f"#{number}")
                self.here[number] = here
                options = frozenset(r.get("name", "") for _, r in self.options_of(row))
                self.fields.setdefault(name, Variable(here, kind_of(row), above, options))
        ids.names = {key: value for key, value in ids.names.items() if not key.startswith("#")}

    def _inside(self, group: _Group, stand: Stand) -> None:
        if stand.depth > _DEPTH:
            self.missing(group.row, group.number, "Die Gruppen sind zu tief geschachtelt.")
            return
        for item in group.items:
            self._item(item, stand)

    def _item(self, item: "_Group | tuple[int, Mapping[str, str]]", stand: Stand) -> None:
        if isinstance(item, _Group):
            self._left_over(item.row, item.number)
            (self._repeated if item.repeats else self._heading)(item, stand)
            return
        number, row = item
        kind = row.get("type", "").strip().lower()
        if kind in _METADATA:
            hint = "Wer wann was getan hat, steht im Verlauf des Vorgangs."
            self.kept(row, number, f"„{kind}“ wird hier nicht abgefragt.", "", hint)
            return
        self._left_over(row, number)
        self.question(row, number, stand)

    def _left_over(self, row: Mapping[str, str], number: int) -> None:
        for name, value in row.items():
            base = name.partition(":")[0].strip().lower()
            if base not in _READ:
                self.kept(row, number, f"Die Spalte „{name}“ hat hier keine Wirkung.", value)

    def _heading(self, group: _Group, stand: Stand) -> None:
        """A group inside of a page or a repeat: a heading and its questions."""
        title = self.labels.of(group.row, "label")
        visible = self.relevant(group.row, group.number, stand)
        if title:
            ids = self.draft.ids
            key = f"#{group.number}"
            here = ids.take(group.row.get("name", "") or "abschnitt", key)
            ids.names.pop(key, None)
            self.draft.add(stand.fields, {
                "id": here, "type": "heading", "label": title,
                "visible": Expression(visible) if visible else None})  # fmt: skip
        self._inside(group, Stand(stand.fields, stand.group, visible, stand.depth + 1))

    def _repeated(self, group: _Group, stand: Stand) -> None:
        row, number = group.row, group.number
        if stand.group:
            hint = "Legen Sie die innere Liste als eigene Gruppe daneben."
            self.missing(row, number, "Listen stehen hier nicht in Listen.", "", hint)
            return
        inner: Fields = []
        here = self.here[number]
        self._inside(group, Stand(inner, here, "", stand.depth + 1))
        if not inner:
            self.missing(row, number, "Die Liste hat keine Spalten, die bleiben.")
            return
        visible = self.relevant(row, number, stand)
        for column, name in self.columns[here].renamed().items():
            self.translated(row, number, "Name der Spalte.", column, name, COLUMN)
        repeat: dict[str, Any] = {"layout": "cards" if len(inner) > 5 else "table"}
        count = row.get("repeat_count", "")
        if count:
            repeat |= self._counted(row, number, count, stand)
        self.draft.add(stand.fields, {
            "id": here, "type": "group", "label": self.labels.of(row, "label") or here,
            "visible": Expression(visible) if visible else None,
            "repeat": repeat, "fields": inner})  # fmt: skip

    def _counted(
        self, row: Mapping[str, str], number: int, count: str, stand: Stand
    ) -> dict[str, Any]:
        fixed = number_of(count)
        if isinstance(fixed, int) and 0 < fixed <= 1000:
            return {"min": fixed, "max": fixed, "start": min(fixed, 200)}
        found = self.expression(row, number, "Anzahl der Zeilen", count, stand)
        return {"min": Expression(found), "max": Expression(found)} if found else {}
