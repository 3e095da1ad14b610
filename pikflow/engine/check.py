"""The check of a deployment: everything the engine could stumble over, found beforehand.

It works by lists of what is allowed, never by lists of what is forbidden: an element the engine
was not shown to run is refused. Every finding names file, line, element and what to do.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pikflow.engine import xml
from pikflow.engine.checks import (
    attributes,
    compensation,
    dmn,
    events,
    identifiers,
    lanes,
    names,
    references,
    rules,
    splits,
    starts,
    structure,
    vendors,
    vocabulary,
    work,
)
from pikflow.engine.checks.report import Report, Spot
from pikflow.engine.checks.world import World
from pikflow.engine.decisions.elements import Decision
from pikflow.engine.decisions.library import Library
from pikflow.engine.decisions.reading import is_decision
from pikflow.engine.decisions.reading import read as read_decisions
from pikflow.engine.facts import FormFacts, Usage
from pikflow.engine.model import Model, Process, reached, read
from pikflow.errors import DefinitionInvalid, Finding

_ORDER = {"error": 0, "warning": 1, "information": 2}


def check_files(
    files: Mapping[str, bytes],
    *,
    lanes: Collection[str] | None = None,
    forms: Mapping[str, FormFacts] | None = None,
    usages: Sequence[Usage] = (),
    connectors: Collection[str] | None = None,
    start_names: Iterable[str] = (),
) -> list[Finding]:
    """The findings of BPMN and DMN files (name -> content); never raises for what is in them."""
    return examine_files(
        files,
        lanes=lanes,
        forms=forms,
        usages=usages,
        connectors=connectors,
        start_names=start_names,
    ).findings


@dataclass(frozen=True, eq=False)
class Examination:
    """The findings of files, and the walk of their cases: `flow.known` says what is known where."""

    findings: list[Finding]
    flow: names.DataFlow


def examine_files(
    files: Mapping[str, bytes],
    *,
    lanes: Collection[str] | None = None,
    forms: Mapping[str, FormFacts] | None = None,
    usages: Sequence[Usage] = (),
    connectors: Collection[str] | None = None,
    start_names: Iterable[str] = (),
) -> Examination:
    """As `check_files`, with what was learned on the way."""
    findings: list[Finding] = []
    models = []
    tables: dict[str, tuple[Decision, ...]] = {}
    for file, data in files.items():
        try:
            tree = xml.parse(data, file=file)
            if is_decision(tree):
                tables[file] = read_decisions(tree, file)
            else:
                models.append(read(tree, file))
        except DefinitionInvalid as fault:
            findings += fault.findings
    library = Library.of(decision for found in tables.values() for decision in found)
    for report in dmn.check(library, tables):
        findings += _sorted(report)
    found = _examine_models(
        models,
        library=library,
        lanes=lanes,
        forms=forms,
        usages=usages,
        connectors=connectors,
        start_names=start_names,
    )
    return Examination(findings + found.findings, found.flow)


def check_models(
    models: Sequence[Model],
    *,
    library: Library | None = None,
    lanes: Collection[str] | None = None,
    forms: Mapping[str, FormFacts] | None = None,
    usages: Sequence[Usage] = (),
    connectors: Collection[str] | None = None,
    start_names: Iterable[str] = (),
) -> list[Finding]:
    """The findings of models that belong together, errors of a file first.

    `lanes`, `forms` and `connectors` are what the catalog, the form library and the registry
    know; None means that this was not asked. `usages` are the measures with their process and
    their forms by role; `start_names` the (dotted) names every case begins with; `library` the
    decisions business rule tasks may make.
    """
    return _examine_models(
        models,
        library=library,
        lanes=lanes,
        forms=forms,
        usages=usages,
        connectors=connectors,
        start_names=start_names,
    ).findings


def _examine_models(
    models: Sequence[Model],
    *,
    library: Library | None,
    lanes: Collection[str] | None,
    forms: Mapping[str, FormFacts] | None,
    usages: Sequence[Usage],
    connectors: Collection[str] | None,
    start_names: Iterable[str],
) -> Examination:
    processes: dict[str, Process] = {}
    for model in models:
        for key, process in model.processes.items():
            processes.setdefault(key, process)
    world = World(
        models=tuple(models),
        lanes=lanes,
        forms=forms,
        usages=tuple(_with_calls(usage, processes) for usage in usages),
        connectors=connectors,
        start_names=frozenset(start_names),
        processes=processes,
        library=library or Library(),
    )
    reports = {model.file: Report(model.file) for model in models}
    for model in models:
        _check_model(model, world, reports[model.file])
    identifiers.check_together(models, reports)
    flow = names.DataFlow(world, reports)
    flow.check()
    found = [finding for report in reports.values() for finding in _sorted(report)]
    return Examination(found + _unused(flow, forms or {}), flow)


def _check_model(model: Model, world: World, report: Report) -> None:
    if not model.processes:
        what = "keinen Prozess" if _is_bpmn(model) else "kein BPMN 2.0"
        report.error(
            Spot("", 1),
            "no-process",
            f"Die Datei enthält {what}.",
            "Speichern Sie im Modellierungswerkzeug ein BPMN-2.0-Diagramm mit mindestens einem "
            "Prozess.",
        )
        return
    identifiers.check(model, report)
    vocabulary.check(model, report)
    structure.check(model, report)
    splits.check(model, report)
    starts.check(model, world, report)
    events.check(model, report)
    compensation.check(model, world, report)
    work.check(model, report)
    lanes.check(model, world, report)
    references.check(model, world, report)
    rules.check(model, world, report)
    attributes.check(model, world, report)
    vendors.check(model, report)


def _is_bpmn(model: Model) -> bool:
    root = model.tree.getroot() if model.tree is not None else None
    return root is not None and str(root.tag) == f"{{{xml.BPMN}}}definitions"


def _with_calls(usage: Usage, processes: Mapping[str, Process]) -> Usage:
    """The usage with every process its cases can come through."""
    return replace(usage, processes=reached(processes, usage.process))


def _sorted(report: Report) -> list[Finding]:
    return sorted(
        report.found, key=lambda f: (_ORDER[f.severity], f.line, f.element, f.code, f.message)
    )


def _unused(flow: names.DataFlow, forms: Mapping[str, FormFacts]) -> list[Finding]:
    """Fields that nobody reads or fills; the form's own file is where to look."""
    found = []
    for form_id, name in names.unused_fields(flow):
        facts = forms[form_id]
        found.append(
            Finding(
                facts.file or form_id,
                facts.lines.get(name, 0),
                name,
                "warning",
                "field-unused",
                f"Das Feld „{name}“ im Formular „{form_id}“ ist nirgends zu sehen, und niemand "
                "liest seinen Wert.",
                "Zeigen Sie das Feld an, verwenden Sie den Wert in einem Prozess, oder löschen Sie "
                "es.",
            )
        )
    for form_id, facts in forms.items():
        found += [
            Finding(
                facts.file or form_id,
                facts.lines.get(name, 0),
                name,
                "warning",
                "field-unfilled",
                f"Das Feld „{name}“ im Formular „{form_id}“ kann niemand ausfüllen.",
                "Machen Sie es bearbeitbar, oder geben Sie ihm eine Formel oder einen Anfangswert.",
            )
            for name in sorted(facts.unfilled)
        ]
    return found
