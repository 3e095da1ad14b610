"""What a simulated file finds around it: called processes, forms, catalog, and sample data.

Looked for beside the file, in a `forms` folder next to its own, and in the bundle, in this order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pikflow.bundle import forms_path, workflows_path
from pikflow.catalog import Catalog, Measure
from pikflow.engine.decisions.calls import call_of
from pikflow.engine.decisions.elements import Decision
from pikflow.engine.decisions.library import decisions_of
from pikflow.engine.definition import models_of
from pikflow.engine.model import Model
from pikflow.engine.xml import PIK
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.forms.library import FormLibrary, form_files
from pikflow.services import parameters, sources
from pikflow.services.start_data import BUDGET, BUDGET_LEFT

_DECIDING = "businessRuleTask"
_YEAR = 2026
_AMOUNT = 1_000_000  # EUR, of the sample round


@dataclass(frozen=True)
class Surroundings:
    """`files` with the simulated one first; `roles` maps the roles of `catalog:` to form ids."""

    files: Mapping[str, bytes]
    forms: FormLibrary = field(default_factory=FormLibrary)
    roles: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def surroundings(path: Path, content: bytes) -> Surroundings:
    """All that a simulation of this file with this content needs.

    A file without names of ours gets neither forms nor sample data.
    """
    main = _model(path.as_posix(), content)
    folders = list(dict.fromkeys((path.parent.resolve(), workflows_path().resolve())))
    files = {path.as_posix(): content, **_called(main, path, folders)}
    files |= _decisions(files, folders)
    if main is None or PIK.encode() not in content:
        return Surroundings(files)
    findings: list[Finding] = []
    measure, params = _measure(main, folders, findings)
    forms = FormLibrary.load(dict(_form_files(path)))
    roles = measure.forms if measure else {}
    return Surroundings(files, forms, roles, _sample(measure, params), tuple(findings))


def _model(name: str, content: bytes) -> Model | None:
    """The model of a file; None when it can't be read, which the simulation itself reports."""
    try:
        return next(iter(models_of({name: content})), None)
    except DefinitionInvalid:
        return None


def _called(main: Model | None, path: Path, folders: list[Path]) -> dict[str, bytes]:
    """The files with the processes that are called, directly or by called ones."""
    wanted = [key for key in _calls(main) if key not in main.processes] if main else []
    if not wanted:
        return {}
    homes: dict[str, tuple[Path, bytes, Model]] = {}
    beside = (file for folder in folders for file in sorted(folder.glob("*.bpmn")))
    for name, content in sources.read(f for f in beside if f.is_file())[0].items():
        file = Path(name)
        model = _model(name, content) if file.resolve() != path.resolve() else None
        for process in model.processes if model else ():
            homes.setdefault(process, (file, content, model))  # type: ignore[arg-type]
    found: dict[str, bytes] = {}
    own = set(main.processes) if main else set()
    while wanted:
        process = wanted.pop(0)
        if process in own or process not in homes:
            continue
        own.add(process)
        file, content, model = homes[process]
        found[file.as_posix()] = content
        wanted += _calls(model)
    return found


def _calls(model: Model) -> Iterator[str]:
    for process in model.processes.values():
        yield from (node.called for node in process.nodes.values() if node.called)


def _decisions(files: Mapping[str, bytes], folders: list[Path]) -> dict[str, bytes]:
    """The DMN files with the decisions these files make, and those they build on."""
    models = (_model(name, content) for name, content in files.items())
    processes = [process for model in models if model for process in model.processes.values()]
    calls = [call_of(n) for p in processes for n in p.nodes.values() if n.kind == _DECIDING]
    wanted = [call.decision for call in calls if call]
    if not wanted:
        return {}
    homes: dict[str, tuple[Decision, str, bytes]] = {}
    beside = (file for folder in folders for file in sorted(folder.glob("*.dmn")))
    for name, content in sources.read(f for f in beside if f.is_file())[0].items():
        for decision in _decisions_in(name, content):
            homes.setdefault(decision.id, (decision, name, content))
    found: dict[str, bytes] = {}
    seen: set[str] = set()
    while wanted:
        key = wanted.pop()
        if key in homes and key not in seen:
            seen.add(key)
            decision, name, content = homes[key]
            found[name] = content
            wanted += decision.requires
    return found


def _decisions_in(name: str, content: bytes) -> tuple[Decision, ...]:
    """The decisions of a file; none when it can't be read, which the check of the folder tells."""
    try:
        return decisions_of({name: content})
    except DefinitionInvalid:
        return ()


def _form_files(path: Path) -> Iterator[tuple[str, str]]:
    """Form files by path; those nearer to the simulated file come first and win."""
    seen: set[str] = set()
    for folder in (path.parent, path.parent.parent / "forms", forms_path()):
        for name, text in form_files(folder.resolve()).items() if folder.is_dir() else ():
            is_form = text.lstrip().startswith(("pikform", "pikbaustein", "pikliste", "#"))
            if is_form and name not in seen:
                seen.add(name)
                yield name, text


def _measure(
    main: Model, folders: list[Path], findings: list[Finding]
) -> tuple[Measure | None, dict[str, Any]]:
    """The measure the process belongs to (the first one for a shared process), its parameters."""
    catalog = _first(folders, "catalog.yaml", Catalog.load, findings)
    measures = list(catalog.measures.values()) if catalog else []
    own = (measure for measure in measures if measure.process in main.processes)
    measure = next(own, measures[0] if measures else None)
    values = _first(folders, "parameter.yaml", parameters.load, findings)
    return measure, values.resolve(measure.slug, _YEAR) if values and measure else {}


def _first(folders: list[Path], name: str, load: Any, findings: list[Finding]) -> Any:
    """What the nearest file of this name holds; a broken one is a finding."""
    file = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if file is None:
        return None
    try:
        return load(file.read_text(encoding="utf-8", errors="replace"), name)
    except DefinitionInvalid as fault:
        findings += fault.findings
        return None


def _sample(measure: Measure | None, params: Mapping[str, Any]) -> dict[str, Any]:
    """Data as services/start_data.py gives them to a new case, for made-up organisations."""
    kinds = measure.applicants if measure else ("",)
    below = [kind for kind in (measure.starters if measure else ()) if kind not in kinds]
    return {
        "vorgang": {
            "nummer": "MUSTER-1",
            "massnahme": measure.slug if measure else "",
            "massnahme_name": measure.name.get("de", measure.slug) if measure else "",
            "jahr": _YEAR,
            "antragsteller": _organisation(1, kinds[0] if kinds else ""),
            "bewilligungsstelle": _organisation(2, ""),
            "uebergeordnet": None,
            "untergeordnete": [_organisation(3 + n, below[0]) for n in range(2)] if below else [],
            "eltern": None,
        },
        "runde": {
            "id": 1,
            "bezeichnung": "Musterrunde",
            "jahr": _YEAR,
            "budget_eur": _AMOUNT,
            "beginn": date(_YEAR, 1, 1),
            "antragsfrist": date(_YEAR, 12, 31),
            BUDGET: _AMOUNT,
            BUDGET_LEFT: _AMOUNT,
        },
        "params": dict(params),
    }


def _organisation(number: int, kind: str) -> dict[str, Any]:
    return {"id": f"muster-{number}", "name": f"Muster {number}", "ags": "", "art": kind}
