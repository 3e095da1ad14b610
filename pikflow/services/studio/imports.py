"""Files of other products: processes translated in their place, forms written anew, and a note for
everything that is not as it was. Pure: files go in, files and notes come out."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from pikflow.engine import foreign
from pikflow.engine.decisions import feel
from pikflow.engine.foreign.tasks import short, stem
from pikflow.errors import DefinitionInvalid
from pikflow.forms import imports as forms
from pikflow.forms.imports import ImportedForm
from pikflow.notes import Note, Notes, in_order
from pikflow.services.deployments import kind_of

LOG = logging.getLogger(__name__)
SUFFIXES = (".bpmn", ".xml", ".dmn", ".form", ".json", ".xlsx", ".xls", ".yaml", ".yml")
MOST_FILES = 200

_ELSEWHERE = {
    "bpm": "Öffnen Sie die Datei in Bizagi Modeler und exportieren Sie sie als BPMN 2.0 XML.",
    "sgx": "Exportieren Sie das Diagramm in Signavio als BPMN 2.0 XML.",
    "vsdx": "Exportieren Sie das Diagramm in Visio als BPMN 2.0 XML.",
    "xpdl": "Exportieren Sie das Diagramm als BPMN 2.0 XML.",
    "bar": "Entpacken Sie das Archiv und übernehmen Sie die Dateien darin.",
    "zip": "Entpacken Sie das Archiv und übernehmen Sie die Dateien darin.",
}
_POSSIBLE = (
    "Möglich sind BPMN 2.0 XML, DMN, form-js, JSON Schema mit UI-Schema und XLSForm (.xlsx)."
)


@dataclass(frozen=True)
class ImportedFile:
    """A file as it is here; `source` is the name of what it came from, `original` its bytes;
    `product` who wrote that, "" when it does not tell."""

    path: str
    data: bytes = field(repr=False)
    source: str = ""
    original: bytes = field(repr=False, default=b"")
    product: str = ""


@dataclass(frozen=True)
class Imported:
    """`files` by the order they were given; `notes` by file, what is missing first."""

    files: tuple[ImportedFile, ...]
    notes: tuple[Note, ...]

    def of(self, fate: str) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.fate == fate)


def translate(files: Mapping[str, bytes], *, taken: Iterable[str] = ()) -> Imported:
    """What files (name -> content) of other products are here; never raises for what they hold.

    Files that belong together (a process and its forms, a schema and its UI schema) are given
    together. `taken` are ids of forms that are not to be replaced.
    """
    work = _Import(dict(list(files.items())[:MOST_FILES]), set(taken))
    if len(files) > MOST_FILES:
        rest = Notes(list(files)[MOST_FILES])
        rest.missing(f"Es sind mehr als {MOST_FILES} Dateien; die übrigen fehlen.")
        work.notes += rest
    work.run()
    return Imported(tuple(work.found.values()), tuple(in_order(work.notes)))


class _Import:
    def __init__(self, files: dict[str, bytes], taken: set[str]) -> None:
        self.files = files
        self.taken = taken
        self.found: dict[str, ImportedFile] = {}
        self.notes: list[Note] = []
        self.forms: dict[str, str] = {}  # key a process may use -> id of the form
        self.names: dict[str, str] = {}

    def run(self) -> None:
        kinds = {name: _kind(name, data) for name, data in self.files.items()}
        looks = {name: data for name, data in self.files.items() if kinds[name] == "ui-schema"}
        for name, data in self.files.items():
            with self._guard(name):
                self._form(name, data, kinds[name], looks)
        for name in looks:
            self._tell(name, "Zu diesem UI-Schema liegt kein Schema bei.",
                       "Übernehmen Sie beide zusammen, zum Beispiel antrag-schema.json und "
                       "antrag-uischema.json.")  # fmt: skip
        for name, data in self.files.items():
            if kinds[name] == "bpmn":
                with self._guard(name):
                    self._embedded(name, data)
        for name, data in self.files.items():
            with self._guard(name):
                self._rest(name, data, kinds[name])

    @contextmanager
    def _guard(self, name: str) -> Iterator[None]:
        """A fault of ours with one file spoils no other, and is told as what it is."""
        try:
            yield
        except Exception:
            LOG.exception("import failed")
            hint = "Sie ist nicht übernommen. Melden Sie den Fehler mit der Datei."
            self._tell(name, "Beim Lesen dieser Datei ist hier ein Fehler aufgetreten.", hint)

    # --- forms

    def _form(self, name: str, data: bytes, kind: str, looks: dict[str, bytes]) -> None:
        if kind == "form-js":
            self._take(forms.read_formjs(data, name, feel.translated), name, data, "form-js")
        elif kind == "xlsform":
            self._take(forms.read_xlsform(data, name), name, data, "XLSForm")
        elif kind == "json-schema":
            look = _look_of(name, looks)
            ui = looks.pop(look) if look else b""
            made = forms.read_jsonschema(data, name, ui=ui, ui_file=look)
            self._take(made, name, data, "JSON Schema")

    def _embedded(self, name: str, data: bytes) -> None:
        """Forms inside of a process: their notes tell the line of the process."""
        try:
            inside = foreign.forms_inside(data, name)
        except DefinitionInvalid:
            return  # told when the process is read
        for form in inside:
            if form.kind == "form-js":
                made = forms.read_formjs(form.data, name, feel.translated, key=form.key,
                                         title=form.title)  # fmt: skip
            else:
                made = forms.read_fieldlist(form.data, name, key=form.key, title=form.title)
            placed = tuple(replace(note, line=note.line if form.kind == "fields" and note.line
                                   else form.line) for note in made.notes)  # fmt: skip
            self._take(replace(made, notes=placed), name, form.data, "")

    def _take(self, form: ImportedForm, name: str, original: bytes, product: str) -> None:
        form = self._free(form)
        self.notes += form.notes
        self.found[form.path] = ImportedFile(form.path, form.data, name, original, product)
        for key in (*form.keys, short(name), stem(name)):
            self.forms.setdefault(key, form.id)
        for old, new in form.names.items():
            if self.names.setdefault(old, new) != new:
                self._tell(name, f"„{old}“ heißt in zwei Formularen verschieden.",
                           f"Prüfen Sie Bedingungen, die „{new}“ lesen sollen.")  # fmt: skip

    def _free(self, form: ImportedForm) -> ImportedForm:
        """The form under an id nobody has yet."""
        number, wanted = 1, form.id
        while wanted in self.taken or f"forms/{wanted}.yaml" in self.found:
            number += 1
            wanted = f"{form.id[:70]}-{number}"
        if wanted == form.id:
            return form
        data = re.sub(rb"^id: .*$", f"id: {wanted}".encode(), form.data, count=1, flags=re.M)
        told = Note(form.notes[0].file if form.notes else "", 0, "", "translated",
                    "Die Kennung des Formulars ist vergeben.", form.id, wanted)  # fmt: skip
        return replace(form, id=wanted, data=data, notes=(*form.notes, told))

    # --- everything else

    def _rest(self, name: str, data: bytes, kind: str) -> None:
        if kind == "bpmn":
            self._process(name, data)
        elif kind == "dmn":
            path = f"workflows/{_file_name(name, '.dmn')}"
            self._put(path, data, name)
            told = Notes(name)
            told.kept("Entscheidungstabellen werden gelesen, wie sie sind.", "",
                      "Was an FEEL nicht gelesen wird, sagt die Prüfung.")  # fmt: skip
            self.notes += told
        elif kind == "own":
            self._put(name, data, name)
        elif kind == "json":
            self._tell(
                name, "Die Datei ist JSON, aber kein Formular, das hier gelesen wird.", _POSSIBLE
            )
        elif not kind:
            suffix = PurePosixPath(name).suffix.lstrip(".").lower()
            hint = _ELSEWHERE.get(suffix, _POSSIBLE)
            self._tell(name, "Diese Datei kann nicht übernommen werden.", hint)

    def _process(self, name: str, data: bytes) -> None:
        try:
            made = foreign.translate(data, name, forms=self.forms, names=self.names)
        except DefinitionInvalid as fault:
            for finding in fault.findings:
                told = Notes(name)
                told.missing(finding.message, "", finding.hint, at=finding.line)
                self.notes += told
            return
        self.notes += made.notes
        self._put(f"workflows/{_file_name(name, '.bpmn')}", made.data, name, data, made.product)

    def _put(
        self, path: str, data: bytes, source: str, original: bytes = b"", product: str = ""
    ) -> None:
        base, number = path, 1
        while path in self.found:
            number += 1
            path = f"{base.rpartition('.')[0]}-{number}.{base.rpartition('.')[2]}"
        self.found[path] = ImportedFile(path, data, source, original or data, product)

    def _tell(self, name: str, what: str, hint: str) -> None:
        told = Notes(name)
        told.missing(what, "", hint)
        self.notes += told


def _kind(name: str, data: bytes) -> str:
    """bpmn, dmn, own (files of ours), or a kind of form; "" for what can't be taken in."""
    own = kind_of(name, data)
    if own in ("bpmn", "dmn"):
        return own
    if own:
        return "own"
    if name.lower().endswith((".xml", ".bpmn20")):
        return "bpmn"  # told there what it is
    return forms.kind_of(name, data)


def _look_of(name: str, looks: Mapping[str, bytes]) -> str:
    """The UI schema that belongs to a schema: by its name, or the only one there is."""
    wanted = _bare(name)
    same = [look for look in looks if _bare(look) == wanted]
    if same:
        return same[0]
    return next(iter(looks)) if len(looks) == 1 else ""


def _bare(name: str) -> str:
    inner = PurePosixPath(name).name.lower().removesuffix(".json")
    return re.sub(r"[-_.]?(ui)?[-_.]?schema$|[-_.]ui$", "", inner)


def _file_name(name: str, suffix: str) -> str:
    """A file name for a process here, from whatever it was called."""
    inner = PurePosixPath(name.replace("\\", "/")).name
    inner = re.sub(r"(\.bpmn20)?\.(xml|bpmn2?|dmn)$", "", inner, flags=re.IGNORECASE)
    clean = re.sub(r'[\x00-\x1f\x7f<>:"|?*/\\]', "-", inner).strip(" .") or "prozess"
    clean = "".join(sign for sign in clean if sign.isprintable())[:100].strip(" .") or "prozess"
    return clean + suffix


def by_fate(notes: Iterable[Note]) -> Iterator[tuple[str, list[Note]]]:
    """(fate, notes) in the order people need them; groups without notes are left out."""
    known = list(notes)
    for fate in ("missing", "translated", "kept"):
        group = [note for note in known if note.fate == fate]
        if group:
            yield fate, group
