"""Deployments as running cases need them: loaded once, kept in memory, never changed."""

import hashlib
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pikflow.catalog import Catalog
from pikflow.engine.cache import Cache
from pikflow.engine.definition import Definition, models_of
from pikflow.engine.model import Process
from pikflow.errors import Refused
from pikflow.forms.library import FormLibrary
from pikflow.forms.schema import FormSchema
from pikflow.services import parameters
from pikflow.services.parameters import Parameters
from pikflow.store import definitions
from pikflow.store.database import Connection
from pikflow.store.definitions import DefinitionRecord
from pikflow.texts import say

_RECORDS = 1000
_SEEN_SECONDS = 1.0
_KEPT = 16  # deployments in memory: the current one, and those running cases are pinned to
BY_MEASURE = "catalog:"  # pik:form="catalog:<role>" is the form a measure names for that role
_FROM_CALLER = re.compile(r"vorgang\.eltern\.([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)")
_MARK = re.compile(r"^(pik[a-z]+):", re.MULTILINE)
_XML_MARKS = {b"www.omg.org/spec/BPMN/": "bpmn", b"www.omg.org/spec/DMN/": "dmn"}

# The first line of a YAML file says what it is.
KINDS = {
    "pikcatalog": "catalog",
    "pikparameter": "parameters",
    "pikbegriffe": "terms",
    "pikweg": "journey",
    "pikpersonen": "people",
    "pikform": "form",
    "pikbaustein": "form",
    "pikliste": "form",
}


def kind_of(path: str, data: bytes) -> str:
    """bpmn, dmn, catalog, parameters, terms, journey, people, form, or "" for anything else."""
    suffix = path.rsplit(".", 1)[-1].lower()
    if suffix in ("bpmn", "dmn"):
        return suffix
    if suffix == "xml":  # some tools write .bpmn20.xml
        return next((kind for mark, kind in _XML_MARKS.items() if mark in data[:4000]), "")
    if suffix not in ("yaml", "yml"):
        return ""
    mark = _MARK.search(data.decode("utf-8", errors="replace"))
    return KINDS.get(mark.group(1), "") if mark else ""


def text_of(data: bytes) -> str:
    """UTF-8 text of a file; bytes that are none become replacement characters."""
    return data.decode("utf-8-sig", errors="replace")


def digest_of(files: Mapping[str, bytes]) -> str:
    """sha256 (hex) over paths and contents, whatever their order."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
    return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Deployment:
    """The files of one deployment, read: processes, forms, catalog, parameters.

    `bpmn` has the files of processes and of decisions (DMN).
    """

    id: int
    bpmn: Mapping[str, bytes] = field(repr=False)
    library: FormLibrary = field(repr=False)
    catalog: Catalog = field(repr=False)
    parameters: Parameters = field(repr=False)
    _definitions: dict[str, Definition] = field(default_factory=dict, repr=False)
    _wanted: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, deployment_id: int, files: Mapping[str, bytes]) -> "Deployment":
        """Read the files; raises DefinitionInvalid when there is no catalog or one is broken."""
        catalog, values, forms, bpmn = Catalog({}, {}, {}, {}), Parameters(), {}, {}
        for path, data in files.items():
            kind = kind_of(path, data)
            if kind == "catalog":
                catalog = Catalog.load(text_of(data), path)
            elif kind == "parameters":
                values = parameters.load(text_of(data), path)
            elif kind == "form":
                forms[path] = text_of(data)
            elif kind in ("bpmn", "dmn"):
                bpmn[path] = data
        return cls(deployment_id, bpmn, FormLibrary.load(forms), catalog, values)

    @cached_property
    def processes(self) -> Mapping[str, Process]:
        """Every process of the files by id."""
        return {key: p for model in models_of(self.bpmn) for key, p in model.processes.items()}

    def definition(self, process: str) -> Definition:
        """The process ready to run; raises DefinitionInvalid when the files do not hold it."""
        if process not in self._definitions:
            self._definitions[process] = Definition.build(self.bpmn, process)
        return self._definitions[process]

    def wanted_from_caller(self, process: str) -> frozenset[str]:
        """The dotted names a process, those it calls, their decisions and their forms read under
        vorgang.eltern."""
        if process not in self._wanted:
            self._wanted[process] = frozenset(self._read_from_caller(process))
        return self._wanted[process]

    def _read_from_caller(self, process: str) -> Iterator[str]:
        definition = self.definition(process)
        reached = definition.reached(process)
        for model in definition.models:
            if reached & set(model.processes):
                yield from _FROM_CALLER.findall(text_of(self.bpmn[model.file]))
        for key in definition.decided(process):
            for name in definition.library.names(key):
                yield from _FROM_CALLER.findall(name)
        for form_id in self._forms_of(definition, reached):
            for name in self.library.facts(form_id).reads:
                yield from _FROM_CALLER.findall(name)

    def _forms_of(self, definition: Definition, processes: frozenset[str]) -> set[str]:
        """Ids of the forms their tasks and events name, for whichever measure."""
        named = {
            node.attributes.get("form", "")
            for key in processes
            if key in definition.processes
            for node in definition.processes[key].nodes.values()
        }
        roles = {name.removeprefix(BY_MEASURE) for name in named if name.startswith(BY_MEASURE)}
        for measure in self.catalog.measures.values():
            named |= {form for role, form in measure.forms.items() if role in roles}
        return named & self.library.forms.keys()

    def schema(self, form_id: str) -> FormSchema | None:
        """The form in the version of this deployment."""
        return self.library.forms.get(form_id)


class Deployments:
    """The deployments of one database; the newest gives catalog and parameters."""

    def __init__(self) -> None:
        self._loaded: Cache[Deployment] = Cache(_KEPT)
        self._records: Cache[DefinitionRecord | None] = Cache(_RECORDS)
        self.newest: int | None = None  # as this process saw it last
        self._seen = -_SEEN_SECONDS

    def get(self, connection: Connection, deployment_id: int) -> Deployment:
        """A deployment by id, from memory when it was used before."""
        return self._loaded.get(
            str(deployment_id),
            lambda: Deployment.load(deployment_id, definitions.files_of(connection, deployment_id)),
        )

    def record(self, connection: Connection, definition_id: int) -> DefinitionRecord | None:
        """One version of a process; its row never changes."""
        return self._records.get(
            str(definition_id), lambda: definitions.by_id(connection, definition_id)
        )

    def current(self, connection: Connection) -> Deployment:
        """The newest deployment; raises Refused("nothing-deployed") before the first."""
        deployment_id = definitions.current_deployment(connection)
        if deployment_id is None:
            raise Refused(
                "nothing-deployed",
                say("Es sind noch keine Prozesse und Formulare eingespielt."),
                say("Die Administration spielt sie mit „pikflow deploy“ ein."),
            )
        return self.get(connection, deployment_id)

    def catalog(self, connection: Connection, newest: int | None = None) -> Catalog:
        """The current catalog, an empty one before the first deployment; `newest` is the id of
        the newest deployment where it is known."""
        return self.of(connection, newest or definitions.current_deployment(connection))

    def forget(self) -> None:
        """Look into the database again: something was deployed."""
        self._seen = -_SEEN_SECONDS

    def recent(self) -> Catalog | None:
        """The catalog this process saw within the last second; None when it has to look."""
        if self.newest is None or time.monotonic() - self._seen >= _SEEN_SECONDS:
            return None
        deployment = self._loaded.peek(str(self.newest))
        return deployment.catalog if deployment else None

    def of(self, connection: Connection, newest: int | None) -> Catalog:
        """The catalog of the newest deployment, an empty one where there is none."""
        self.newest, self._seen = newest, time.monotonic()
        return self.get(connection, newest).catalog if newest else Catalog({}, {}, {}, {})
