"""Definitions: check files, deploy them as versions that never change."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pikflow.catalog import Catalog
from pikflow.engine.check import check_files
from pikflow.engine.definition import Definition, models_of
from pikflow.engine.facts import FormFacts, Usage
from pikflow.errors import Conflict, DefinitionInvalid, Finding
from pikflow.forms.idle import unfilled, unseen
from pikflow.forms.library import FormLibrary
from pikflow.forms.schema import FormSchema
from pikflow.identity import Actor
from pikflow.services import access, journey_files, parameters
from pikflow.services.deployments import Deployment, digest_of, kind_of, text_of
from pikflow.services.environment import Environment, Unit
from pikflow.services.start_data import START_NAMES
from pikflow.store import definitions
from pikflow.store.definitions import DefinitionRecord
from pikflow.texts import say

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Deployed:
    """What a deployment brought: `fresh` are new versions, `same` processes that did not change."""

    deployment_id: int
    fresh: tuple[DefinitionRecord, ...]
    same: tuple[DefinitionRecord, ...]
    findings: tuple[Finding, ...] = ()


class Definitions:
    """Processes, forms, catalog and parameters: checked, deployed, listed."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def check(self, files: Mapping[str, bytes]) -> list[Finding]:
        """Everything wrong with files (path -> content), taken by themselves."""
        return check(files, connectors=self._environment.connectors.names)

    def deploy(self, files: Mapping[str, bytes], *, actor: Actor | None = None) -> Deployed:
        """Store files as a new deployment; running cases stay on theirs.

        Files with the same path, process or form as one deployed before replace it; the others
        stay as they are. Raises DefinitionInvalid with all findings when there is an error:
        nothing is stored then. The same files again give the deployment that is there.
        `actor` is None on the command line, where the operating system guards the door.
        """
        with self._environment.query(actor) as unit:
            if actor is not None:
                access.require(unit, "definition.deploy")
            seen = definitions.current_deployment(unit.connection)
            together = _merged(self._before(unit), files)
        findings = check(together, connectors=self._environment.connectors.names)
        if any(finding.severity == "error" for finding in findings):
            raise DefinitionInvalid(findings)
        with self._environment.command(actor) as unit:
            if definitions.current_deployment(unit.connection) != seen:
                raise Conflict(
                    "deployment-changed",
                    say("Inzwischen wurde anderes eingespielt."),
                    say("Spielen Sie Ihre Dateien noch einmal ein."),
                )
            return _store(unit, together, tuple(findings))

    def newest(self, actor: Actor | None = None) -> tuple[DefinitionRecord, ...]:
        """The newest version of every process."""
        with self._environment.query(actor) as unit:
            if actor is not None:
                access.require(unit, "definition.read")
            return tuple(definitions.all_latest(unit.connection))

    def files(self) -> dict[str, bytes]:
        """The files of the newest deployment, by path."""
        with self._environment.query() as unit:
            return self._before(unit)

    def _before(self, unit: Unit) -> dict[str, bytes]:
        current = definitions.current_deployment(unit.connection)
        return definitions.files_of(unit.connection, current) if current else {}


def check(
    files: Mapping[str, bytes],
    *,
    connectors: frozenset[str],
    beside: Mapping[str, bytes] | None = None,
) -> list[Finding]:
    """The findings of files that belong together, by file and line; never raises for content.

    `beside` are files they would be deployed to: what these bring is known, what is wrong with
    them is not told. Without a catalog lanes are not judged, without forms their names neither.
    """
    if beside:
        together = check({**_merged(beside, files), **files}, connectors=connectors)
        return [finding for finding in together if finding.file in files]
    groups: dict[str, dict[str, bytes]] = {}
    for path, data in files.items():
        groups.setdefault(kind_of(path, data), {})[path] = data
    findings = [_unknown(path) for path in groups.get("", {})]
    catalog = _catalog(groups.get("catalog", {}), findings)
    _parameters(groups.get("parameters", {}), findings)
    forms = {path: text_of(data) for path, data in groups.get("form", {}).items()}
    library = FormLibrary.load(forms) if forms else None
    findings += library.findings if library else ()
    findings += journey_files.check(groups.get("journey", {}), groups.get("people", {}))
    findings += check_files(
        {**groups.get("bpmn", {}), **groups.get("dmn", {})},
        lanes=set(catalog.lanes) if catalog else None,
        forms=_facts(library) if library else None,
        usages=_usages(catalog) if catalog and library else (),
        connectors=connectors,
        start_names=START_NAMES,
    )
    if catalog:
        findings += _gaps(catalog, groups, library)
    return sorted(set(findings), key=lambda f: (f.file, f.line, f.element, f.code))


def _unknown(path: str) -> Finding:
    return Finding(
        path, 1, "", "error", "file-kind", "Diese Datei ist weder Prozess noch Formular.",
        "Prozesse enden auf .bpmn; YAML-Dateien sagen in der ersten Zeile, was sie sind.",
    )  # fmt: skip


def _catalog(files: Mapping[str, bytes], findings: list[Finding]) -> Catalog | None:
    found: Catalog | None = None
    for path, data in files.items():
        if found is not None:
            message = "Es gibt mehr als einen Katalog."
            findings.append(Finding(path, 1, "", "error", "catalog-twice", message))
            continue
        try:
            found = Catalog.load(text_of(data), path)
        except DefinitionInvalid as fault:
            findings.extend(fault.findings)
    return found


def _parameters(files: Mapping[str, bytes], findings: list[Finding]) -> None:
    for path, data in files.items():
        try:
            parameters.load(text_of(data), path)
        except DefinitionInvalid as fault:
            findings.extend(fault.findings)


def _facts(library: FormLibrary) -> dict[str, FormFacts]:
    found = {}
    for form_id, schema in library.forms.items():
        facts = library.facts(form_id)
        found[form_id] = FormFacts(
            provides=facts.provides,
            reads=facts.reads,
            sections=facts.sections,
            unseen=unseen(schema),
            unfilled=unfilled(schema),
            file=schema.file,
            lines=_lines(schema),
        )
    return found


def _lines(schema: FormSchema) -> dict[str, int]:
    """The line of every field and column, by dotted name; 0 where a building block brought it."""
    lines = {}
    for field in schema.fields():
        lines[field.id] = field.line if field.file in ("", schema.file) else 0
        for column in field.children:
            own = (column.file or field.file) in ("", schema.file)
            lines[f"{field.id}.{column.id}"] = column.line if own else 0
    return lines


def _usages(catalog: Catalog) -> list[Usage]:
    return [Usage(m.name.get("de", m.slug), m.process, m.forms) for m in catalog.measures.values()]


def _gaps(
    catalog: Catalog, groups: Mapping[str, Mapping[str, bytes]], library: FormLibrary | None
) -> list[Finding]:
    """What the catalog names and nobody brought."""
    file = next(iter(groups.get("catalog", {})), "catalog.yaml")
    try:
        models = models_of(groups.get("bpmn", {}))
    except DefinitionInvalid:
        return []
    known = {key for model in models for key in model.processes}
    found: list[Finding] = []
    for measure in catalog.measures.values():
        if measure.process not in known and known:
            found.append(
                _gap(file, measure.slug, f"Den Prozess „{measure.process}“ gibt es nicht.")
            )
        for role, form in measure.forms.items():
            if library and form not in library.forms:
                text = f"Das Formular „{form}“ ({role}) gibt es nicht."
                found.append(_gap(file, measure.slug, text))
    if catalog.round_process and known and catalog.round_process not in known:
        text = f"Den Prozess „{catalog.round_process}“ gibt es nicht."
        found.append(_gap(file, "round_process", text))
    return found


def _gap(file: str, element: str, message: str) -> Finding:
    hint = "Ergänzen Sie die Datei oder berichtigen Sie den Katalog."
    return Finding(file, 0, element, "error", "catalog-gap", message, hint)


# --- deploy ------------------------------------------------------------------------------------


def _merged(before: Mapping[str, bytes], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of before, without those that a new file stands in for, and the new ones.

    Journeys are tests; they are not deployed.
    """
    fresh = {p: d for p, d in files.items() if kind_of(p, d) not in ("journey", "people")}
    taken = {_identity(path, data) for path, data in fresh.items()} - {None}
    kept = {
        path: data
        for path, data in before.items()
        if path not in fresh and _identity(path, data) not in taken
    }
    return {**kept, **fresh}


def _identity(path: str, data: bytes) -> tuple[str, str] | None:
    """What makes two files the same thing whatever their path: kind and main id."""
    kind = kind_of(path, data)
    if kind in ("catalog", "parameters"):
        return kind, ""
    if kind == "bpmn":
        try:
            processes = sorted(models_of({path: data})[0].processes)
        except DefinitionInvalid:
            return None
        return (kind, processes[0]) if processes else None
    if kind != "form":
        return None
    lines = text_of(data).splitlines()
    mark = next((line for line in lines if line.startswith("pik")), "")
    named = next((line for line in lines if line.startswith("id:")), "")
    return (mark.partition(":")[0], named.removeprefix("id:").strip()) if named else None


def _store(unit: Unit, files: Mapping[str, bytes], findings: Sequence[Finding]) -> Deployed:
    digest = digest_of(files)
    known = definitions.deployment_by_hash(unit.connection, digest)
    current = definitions.current_deployment(unit.connection)
    if known is not None and known == current:
        return Deployed(known, (), tuple(definitions.all_latest(unit.connection)), tuple(findings))
    deployment_id = _add(
        unit, files, digest if known is None else f"{digest[:40]}-{unit.now:%Y%m%d%H%M%S}"
    )
    deployment = Deployment.load(deployment_id, files)
    fresh, same = [], []
    for model in models_of(deployment.bpmn):
        for key, process in model.processes.items():
            before = definitions.latest(unit.connection, key)
            version_hash = _version_hash(deployment, files, key)
            if before is not None and before.hash == version_hash:
                same.append(before)
                continue
            row: dict[str, Any] = {
                "key": key,
                "version": before.version + 1 if before else 1,
                "hash": version_hash,
                "name": process.label,
                "deployment_id": deployment_id,
                "created_at": unit.now,
            }
            fresh.append(DefinitionRecord(definitions.add(unit.connection, row), **row))
    unit.tell(
        unit.environment.signals.deployed,
        deployment_id=deployment_id,
        definitions=tuple((record.key, record.version) for record in fresh),
    )
    return Deployed(deployment_id, tuple(fresh), tuple(same), tuple(findings))


def _add(unit: Unit, files: Mapping[str, bytes], digest: str) -> int:
    actor_id = unit.actor.id if unit.actor else ""
    row = {"hash": digest[:64], "created_at": unit.now, "actor_id": actor_id}
    deployment_id = definitions.add_deployment(unit.connection, row)
    for path, data in files.items():
        content = hashlib.sha256(data).hexdigest()
        definitions.add_file(unit.connection, deployment_id, path, content, data)
    return deployment_id


def _version_hash(deployment: Deployment, files: Mapping[str, bytes], process: str) -> str:
    """sha256 over the process, all it calls, and all forms: what a pinned case depends on.
    Where the files lie does not matter."""
    definition: Definition = deployment.definition(process)
    reached, waiting = {process}, [process]
    while waiting:
        current = definition.processes.get(waiting.pop())
        for node in current.nodes.values() if current else ():
            if node.called and node.called not in reached:
                reached.add(node.called)
                waiting.append(node.called)
    homes = {m.file for m in definition.models if reached & set(m.processes)}
    parts = {
        hashlib.sha256(data).hexdigest(): data
        for path, data in files.items()
        if path in homes or kind_of(path, data) == "form"
    }
    mapping = sorted(
        (m.slug, sorted(m.forms.items())) for m in deployment.catalog.measures.values()
    )
    return digest_of({**parts, "process": process.encode(), "forms": repr(mapping).encode()})
