"""The decision tables of a design: read for an editor, changed, tried out, and as workbooks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pikflow.engine import xml
from pikflow.engine.decisions.calls import call_of
from pikflow.engine.decisions.editing.document import Document
from pikflow.engine.decisions.editing.grids import (
    HEADS,
    KIND_ROW,
    MOST_ROWS,
    MOST_WIDTH,
    TYPE_ROW,
    grid_of,
    sheet_of,
)
from pikflow.engine.decisions.editing.merging import merged
from pikflow.engine.decisions.editing.sheet import TYPES, Sheet
from pikflow.engine.decisions.elements import Decision
from pikflow.engine.decisions.library import Library, read_file
from pikflow.engine.decisions.problems import AGGREGATIONS, HIT_POLICIES, Problem
from pikflow.engine.decisions.remarks import remarks
from pikflow.engine.decisions.trial import Question, Trial, questions, try_out
from pikflow.engine.model import read as read_model
from pikflow.errors import DefinitionInvalid, Invalid, NotFound
from pikflow.identity import Actor
from pikflow.services.studio.design_views import DesignFile, FileChanged
from pikflow.services.studio.designs import Designs
from pikflow.services.studio.known_names import Name
from pikflow.sheets import Choice, Page, cell_name, read, write
from pikflow.texts import say


@dataclass(frozen=True)
class Caller:
    """A task that makes the decision: its file and id, what it is called, the names known there."""

    path: str
    element: str
    title: str
    names: tuple[Name, ...]


@dataclass(frozen=True)
class TableView:
    """A table as it is to be edited. `tables` are (key, name) of all in the file; `problems` what
    there is to say of this one, rule by rule; `questions` what a try-out asks for; `callers` the
    tasks that make the decision."""

    file: DesignFile
    tables: tuple[tuple[str, str], ...]
    sheet: Sheet
    problems: tuple[Problem, ...]
    questions: tuple[Question, ...]
    callers: tuple[Caller, ...]


class Tables:
    """Works on the files of designs: who may see and change them is asked there."""

    def __init__(self, designs: Designs) -> None:
        self._designs = designs

    def view(self, actor: Actor, design: int, path: str, key: str = "") -> TableView:
        """A table of the file, the first unless `key` names another.

        Raises NotFound, Invalid (no DMN, too many rules), DefinitionInvalid (no XML).
        """
        file = self._designs.read(actor, design, path)
        document = Document(file.data, file=path)
        if key not in dict(document.tables()):
            key = _first(document, path)
        sheet = document.sheet(key)
        files = self._designs.files(actor, design)
        library = _library({**files, path: file.data})
        return TableView(
            file,
            document.tables(),
            sheet,
            tuple(_problems(library, key, path)),
            questions(library, key),
            tuple(self._callers(actor, design, files, path, key)),
        )

    def brought(self, actor: Actor, design: int, path: str, sheet: Sheet, seen: int) -> bytes:
        """The file of the version that was `seen` with this sheet in it; nothing is saved."""
        document = Document(self._seen(actor, design, path, seen), file=path)
        document.bring(sheet)
        return document.written()

    def sheet(self, actor: Actor, design: int, path: str, key: str, seen: int) -> Sheet:
        """The table as it was in the version that was `seen`."""
        return Document(self._seen(actor, design, path, seen), file=path).sheet(key)

    def save(self, actor: Actor, design: int, path: str, sheet: Sheet, seen: int) -> DesignFile:
        """Save a sheet over the version that was seen. Raises FileChanged as designs.save does,
        and Invalid for what no table can hold."""
        data = self.brought(actor, design, path, sheet, seen)
        return self._designs.save(actor, design, path, data, seen)

    def save_edited(
        self, actor: Actor, design: int, path: str, before: bytes, after: bytes, seen: int
    ) -> DesignFile:
        """Save what an editor of its own made of the file: `before` is how it writes the file
        unchanged. Only the difference is taken over, so comments and whatever the editor does not
        know stay. Raises as `save`."""
        data = merged(self._seen(actor, design, path, seen), before, after, file=path)
        return self._designs.save(actor, design, path, data, seen)

    def try_out(
        self, actor: Actor, design: int, path: str, key: str, typed: Mapping[str, str]
    ) -> Trial:
        """Make the decision over typed values (name -> text)."""
        self._designs.read(actor, design, path)
        return try_out(_library(self._designs.files(actor, design)), key, typed)

    # --- workbooks

    def workbook(self, actor: Actor, design: int, path: str, key: str) -> bytes:
        """The table as XLSX."""
        document = Document(self._designs.read(actor, design, path).data, file=path)
        sheet = document.sheet(key or _first(document, path))
        rows = grid_of(sheet)
        width = len(sheet.columns) + 1
        kinds = f"{cell_name(TYPE_ROW, 2)}:{cell_name(TYPE_ROW, width)}"
        bold = [cell_name(row, 1) for row in range(1, len(HEADS) + 1) if HEADS[row - 1]]
        bold += [cell_name(KIND_ROW, column) for column in range(2, width + 2)]
        choices = (
            Choice("B2", HIT_POLICIES),
            Choice("B3", AGGREGATIONS),
            Choice(kinds, tuple(kind for kind in TYPES if kind)),
        )
        page = Page(sheet.name or sheet.decision, rows, (len(HEADS), 1), tuple(bold), choices)
        return write([page])

    def take_workbook(
        self, actor: Actor, design: int, path: str, key: str, data: bytes, seen: int
    ) -> DesignFile:
        """Save what an XLSX says the table is, all or nothing. Raises Invalid or DefinitionInvalid
        with page, row and cell, and FileChanged."""
        pages = read(data, rows=MOST_ROWS, columns=MOST_WIDTH)
        if len(pages) != 1:
            names = tuple(page.name for page in pages)
            raise Invalid(
                "sheet-pages",
                say("Die Datei hat {count} Blätter: {names}.", count=len(pages), names=names[:9]),
                say("Lassen Sie nur das Blatt mit der Tabelle darin."),
            )
        like = self.sheet(actor, design, path, key, seen)
        sheet = sheet_of(pages[0].rows, like, page=pages[0].name)
        return self.save(actor, design, path, sheet, seen)

    # --- parts

    def _seen(self, actor: Actor, design: int, path: str, seen: int) -> bytes:
        return self._designs.text_of(actor, design, path, seen)

    def _callers(
        self, actor: Actor, design: int, files: Mapping[str, bytes], path: str, key: str
    ) -> Iterator[Caller]:
        for process, data in files.items():
            tasks = list(_tasks(process, data, key))
            if tasks:
                known = self._designs.names_in(actor, design, process, without=path)
                for element, title in tasks:
                    yield Caller(process, element, title, known.get(element, ()))


def _tasks(path: str, data: bytes, key: str) -> Iterator[tuple[str, str]]:
    """(id, label) of the tasks of a process that make the decision."""
    if not path.endswith(".bpmn") or f'"{key}"'.encode() not in data:
        return
    try:
        model = read_model(xml.parse(data, file=path), path)
    except DefinitionInvalid:
        return
    for process in model.processes.values():
        for node in process.nodes.values():
            call = call_of(node)
            if call is not None and call.decision == key:
                yield node.id, node.label


def _first(document: Document, path: str) -> str:
    tables = document.tables()
    if not tables:
        raise NotFound(
            "table-none",
            say("„{path}“ enthält keine Entscheidungstabelle.", path=path),
            say("Bearbeiten Sie die Datei als Text."),
        )
    return tables[0][0]


def _library(files: Mapping[str, bytes]) -> Library:
    """The decisions of all DMN files that can be read."""
    found: list[Decision] = []
    for path, data in files.items():
        if path.endswith(".dmn"):
            try:
                found += read_file(path, data) or ()
            except DefinitionInvalid:
                continue
    return Library.of(found)


def _problems(library: Library, key: str, path: str) -> Iterator[Problem]:
    for decision, problem in library.problems:
        if decision.id == key and decision.file == path:
            yield problem
    ready = library.ready.get(key)
    if ready is not None and ready.decision.file == path:
        yield from remarks(ready)


__all__ = ["Caller", "FileChanged", "TableView", "Tables"]
