"""Definitions: check files, deploy them as versions that never change."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pikflow.engine.definition import Definition, models_of
from pikflow.errors import Conflict, DefinitionInvalid, Finding
from pikflow.identity import Actor
from pikflow.services import access
from pikflow.services.checking import check, merged
from pikflow.services.deployments import Deployment, digest_of, kind_of
from pikflow.services.environment import Environment, Unit
from pikflow.services.repeating import repeated_if_undone
from pikflow.store import definitions, turns
from pikflow.store.definitions import DefinitionRecord
from pikflow.texts import say


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

    @repeated_if_undone
    def deploy(
        self, files: Mapping[str, bytes], *, actor: Actor | None = None, reason: str = ""
    ) -> Deployed:
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
            together = merged(self._before(unit), files)
        findings = check(together, connectors=self._environment.connectors.names)
        if any(finding.severity == "error" for finding in findings):
            raise DefinitionInvalid(findings)
        with self._environment.command(actor) as unit:
            turns.take(unit.connection, "deploy")
            if definitions.current_deployment(unit.connection) != seen:
                raise Conflict(
                    "deployment-changed",
                    say("Inzwischen wurde anderes eingespielt."),
                    say("Spielen Sie Ihre Dateien noch einmal ein."),
                )
            deployed = keep(unit, together, tuple(findings), reason=reason)
        self._environment.deployments.forget()
        return deployed

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


def keep(
    unit: Unit, files: Mapping[str, bytes], findings: Sequence[Finding] = (), *, reason: str = ""
) -> Deployed:
    """Store files that were checked: what is new in them becomes a version."""
    digest = digest_of(files)
    known = definitions.deployment_by_hash(unit.connection, digest)
    current = definitions.current_deployment(unit.connection)
    if known is not None and known == current:
        return Deployed(known, (), tuple(definitions.all_latest(unit.connection)), tuple(findings))
    name = digest if known is None else f"{digest[:40]}-{unit.now:%Y%m%d%H%M%S}"
    deployment_id = _add(unit, files, name, reason)
    coming, same = versions_of(unit, Deployment.load(deployment_id, files), files)
    fresh = []
    for version in coming:
        row = {**version, "deployment_id": deployment_id, "created_at": unit.now}
        fresh.append(DefinitionRecord(definitions.add(unit.connection, row), **row))
    unit.tell(
        unit.environment.signals.deployed,
        deployment_id=deployment_id,
        definitions=tuple((record.key, record.version) for record in fresh),
    )
    return Deployed(deployment_id, tuple(fresh), tuple(same), tuple(findings))


def versions_of(
    unit: Unit, deployment: Deployment, files: Mapping[str, bytes]
) -> tuple[list[dict[str, Any]], list[DefinitionRecord]]:
    """The processes of a deployment that get a new version (key, version, hash, name), and the
    versions of those that did not change."""
    coming: list[dict[str, Any]] = []
    same = []
    for model in models_of(deployment.bpmn):
        for key, process in model.processes.items():
            before = definitions.latest(unit.connection, key)
            version_hash = _version_hash(deployment, files, key)
            if before is not None and before.hash == version_hash:
                same.append(before)
                continue
            version = before.version + 1 if before else 1
            coming.append(
                {"key": key, "version": version, "hash": version_hash, "name": process.label}
            )
    return coming, same


def _add(unit: Unit, files: Mapping[str, bytes], digest: str, reason: str) -> int:
    actor = unit.actor
    row = {
        "hash": digest[:64],
        "created_at": unit.now,
        "actor_id": actor.id if actor else "",
        "actor_name": actor.name if actor else "",
        "reason": reason,
    }
    deployment_id = definitions.add_deployment(unit.connection, row)
    for path, data in files.items():
        content = hashlib.sha256(data).hexdigest()
        definitions.add_file(unit.connection, deployment_id, path, content, data)
    return deployment_id


def _version_hash(deployment: Deployment, files: Mapping[str, bytes], process: str) -> str:
    """sha256 over the process, all it calls, their decisions, and all forms: what a pinned case
    depends on.
    Where the files lie does not matter."""
    definition: Definition = deployment.definition(process)
    reached = definition.reached(process)
    homes = {m.file for m in definition.models if reached & set(m.processes)}
    homes |= {definition.library.decisions[key].file for key in definition.decided(process)}
    parts = {
        hashlib.sha256(data).hexdigest(): data
        for path, data in files.items()
        if path in homes or kind_of(path, data) == "form"
    }
    mapping = sorted(
        (m.slug, sorted(m.forms.items())) for m in deployment.catalog.measures.values()
    )
    return digest_of({**parts, "process": process.encode(), "forms": repr(mapping).encode()})
