"""What the steps of a process may name: lanes, forms, connectors, decisions and processes of the
design they are in."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pikflow.catalog import Catalog
from pikflow.engine.checks.world import World
from pikflow.engine.decisions.library import decisions_of
from pikflow.engine.definition import models_of
from pikflow.errors import DefinitionInvalid
from pikflow.services.deployments import kind_of, text_of

_FORM_ID = re.compile(r"^id:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)
_BY_MEASURE = "catalog:"  # a form the measure of the case names for a role


@dataclass(frozen=True)
class Choice:
    """Something to choose: what stands in the diagram, what people read, the file it is in ("" for
    none)."""

    value: str
    label: str
    file: str = ""


@dataclass(frozen=True)
class Choices:
    """`forms` has those of the design; `roles` the catalog's words for forms that differ by
    measure, as `catalog:<role>`."""

    lanes: tuple[Choice, ...] = ()
    forms: tuple[Choice, ...] = ()
    roles: tuple[Choice, ...] = ()
    connectors: tuple[Choice, ...] = ()
    decisions: tuple[Choice, ...] = ()
    processes: tuple[Choice, ...] = ()


def of_world(world: World) -> Choices:
    """The choices in a world that was examined; they say nothing of files."""
    roles = {role for usage in world.usages for role in usage.forms}
    decisions = ((key, one.name or key) for key, one in world.library.decisions.items())
    processes = ((key, one.label) for key, one in world.processes.items())
    forms = ((key, f"{one.title} ({key})") for key, one in (world.forms or {}).items())
    return Choices(
        lanes=tuple(Choice(name, name) for name in world.lanes or ()),
        forms=_sorted(Choice(*pair) for pair in forms),
        roles=tuple(Choice(f"{_BY_MEASURE}{role}", role) for role in sorted(roles)),
        connectors=tuple(Choice(name, name) for name in sorted(world.connectors or ())),
        decisions=_sorted(Choice(*pair) for pair in decisions),
        processes=_sorted(Choice(*pair) for pair in processes),
    )


def of_files(
    files: Mapping[str, bytes], titles: Mapping[str, str], connectors: Collection[str]
) -> Choices:
    """The choices files give (path -> content; `titles` by path); never raises for content: what
    can't be read offers nothing, and the check says why."""
    groups: dict[str, dict[str, bytes]] = {}
    for path, data in files.items():
        groups.setdefault(kind_of(path, data), {})[path] = data
    catalog = _catalog(groups.get("catalog", {}))
    return Choices(
        lanes=tuple(Choice(name, name) for name in catalog.lanes) if catalog else (),
        forms=_sorted(_forms(groups.get("form", {}), titles)),
        roles=_roles(catalog),
        connectors=tuple(Choice(name, name) for name in sorted(connectors)),
        decisions=_sorted(_decisions(groups.get("dmn", {}))),
        processes=_sorted(_processes(groups.get("bpmn", {}))),
    )


def _catalog(files: Mapping[str, bytes]) -> Catalog | None:
    for path, data in files.items():
        try:
            return Catalog.load(text_of(data), path)
        except DefinitionInvalid:
            continue
    return None


def _forms(files: Mapping[str, bytes], titles: Mapping[str, str]) -> Iterator[Choice]:
    for path, data in files.items():
        text = text_of(data)
        found = _FORM_ID.search(text)
        if found and "pikform" in text.partition("\n\n")[0]:
            yield Choice(found[1], titles.get(path, "") or found[1], path)


def _roles(catalog: Catalog | None) -> tuple[Choice, ...]:
    measures = catalog.measures.values() if catalog else ()
    roles = sorted({role for measure in measures for role in measure.forms})
    return tuple(Choice(f"{_BY_MEASURE}{role}", role) for role in roles)


def _decisions(files: Mapping[str, bytes]) -> Iterator[Choice]:
    for path, data in files.items():
        try:
            for decision in decisions_of({path: data}):
                yield Choice(decision.id, decision.name or decision.id, path)
        except DefinitionInvalid:
            continue


def _processes(files: Mapping[str, bytes]) -> Iterator[Choice]:
    for path, data in files.items():
        try:
            models = models_of({path: data})
        except DefinitionInvalid:
            continue
        for model in models:
            for key, process in model.processes.items():
                yield Choice(key, process.name or key, path)


def _sorted(choices: Iterator[Choice]) -> tuple[Choice, ...]:
    return tuple(sorted(choices, key=lambda choice: choice.label.casefold()))
