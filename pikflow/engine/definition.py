"""A process ready to run: the models of its files and the specs built from them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from pikflow.engine import starts, xml
from pikflow.engine.cache import Cache
from pikflow.engine.decisions.calls import call_of
from pikflow.engine.decisions.library import Library, decisions_of
from pikflow.engine.decisions.reading import is_decision
from pikflow.engine.factory import build_specs
from pikflow.engine.model import Model, Node, Process, reached, read
from pikflow.engine.results import Trigger
from pikflow.engine.specs import ProcessSpec
from pikflow.errors import DefinitionInvalid, Finding

MODELS: "Cache[Model]" = Cache(256)
DEFINITIONS: "Cache[Definition]" = Cache(64)


@dataclass(frozen=True, eq=False)
class Definition:
    """One process with all processes it may call; shared by threads, never changed.

    `hash` (sha256, hex) names the content of the files and the process; `processes` holds every
    process of the files by id; `specs` the scopes of those it can run, those of
    sub-processes under both ids (factory.py); `library` the decisions of its DMN files.
    """

    hash: str
    process_id: str
    models: tuple[Model, ...]
    processes: Mapping[str, Process] = field(repr=False)
    specs: Mapping[str, ProcessSpec] = field(repr=False)
    library: Library = field(repr=False, default_factory=Library)

    @classmethod
    def build(cls, files: Mapping[str, bytes], process_id: str) -> "Definition":
        """The definition of `process_id` in BPMN and DMN files (name -> content), cached by
        content.

        Raises DefinitionInvalid when a file can't be read or the process is in none of them.
        The check of what the diagrams say is engine.check's.
        """
        digest = digest_of(files, process_id)

        def build() -> Definition:
            models, library = models_of(files), Library.of(decisions_of(files))
            return cls.of(models, process_id, digest=digest, library=library)

        return DEFINITIONS.get(digest, build)

    @classmethod
    def of(
        cls,
        models: tuple[Model, ...],
        process_id: str,
        *,
        digest: str = "",
        library: Library | None = None,
    ) -> "Definition":
        """The definition of a process in models that were read already; not cached."""
        processes = {key: p for model in models for key, p in model.processes.items()}
        if process_id not in processes:
            file = models[0].file if models else ""
            raise DefinitionInvalid([_unknown(file, process_id)])
        specs: dict[str, ProcessSpec] = {}
        library = library or Library()
        for process in _reachable(processes, process_id):
            specs.update(build_specs(process, library))
        return cls(digest, process_id, models, processes, specs, library)

    @property
    def process(self) -> Process:
        return self.processes[self.process_id]

    @cached_property
    def triggers(self) -> tuple[Trigger, ...]:
        """The start events a message, a signal or a timer begins a case with, in file order."""
        return starts.triggers(self.process)

    def reached(self, process: str) -> frozenset[str]:
        """The ids of a process and all that it calls, child cases too."""
        return reached(self.processes, process)

    def decided(self, process: str) -> frozenset[str]:
        """The ids of the decisions a process and all that it calls make, directly or not."""
        nodes = (
            node
            for key in self.reached(process)
            if key in self.processes
            for node in self.processes[key].nodes.values()
        )
        calls = (call_of(node) for node in nodes if node.kind == "businessRuleTask")
        return frozenset(
            key for call in calls if call for key in self.library.reached(call.decision)
        )

    def node(self, process: str, element: str) -> Node | None:
        """The flow node of a process, also one inside its sub-processes."""
        found = self.processes.get(process)
        return found.nodes.get(element) if found else None


def models_of(files: Mapping[str, bytes]) -> tuple[Model, ...]:
    """The models of BPMN files, in order, each cached by its content; DMN files are passed over.

    Raises DefinitionInvalid with the findings of every file that can't be read.
    """
    models: list[Model] = []
    findings: list[Finding] = []
    for name, content in files.items():
        key = hashlib.sha256(name.encode() + b"\0" + content).hexdigest()
        try:
            model = MODELS.get(key, partial(_model, name, content))
            if model.tree is None or not is_decision(model.tree):
                models.append(model)
        except DefinitionInvalid as fault:
            findings.extend(fault.findings)
    if findings:
        raise DefinitionInvalid(findings)
    return tuple(models)


def _model(name: str, content: bytes) -> Model:
    return read(xml.parse(content, file=name), name)


def _reachable(processes: Mapping[str, Process], process_id: str) -> list[Process]:
    """The process and those it runs in itself; child cases have a definition of their own."""
    found: dict[str, Process] = {}
    wanted = [process_id]
    while wanted:
        process = processes.get(wanted.pop())
        if process is None or process.id in found:
            continue
        found[process.id] = process
        wanted += [
            n.called for n in process.nodes.values() if n.called and not n.attributes.get("cases")
        ]
    return list(found.values())


def digest_of(files: Mapping[str, bytes], process_id: str) -> str:
    """The name of a definition: the same for the same files and process, wherever it is made."""
    digest = hashlib.sha256(process_id.encode())
    for name in sorted(files):
        digest.update(b"\0" + name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def _unknown(file: str, process_id: str) -> Finding:
    return Finding(
        file,
        0,
        process_id,
        "error",
        "process-missing",
        f"Den Prozess „{process_id}“ gibt es in diesen Dateien nicht.",
        "Prüfen Sie die Kennung des Prozesses.",
    )
