"""Everything wrong with definition files, found before any of them is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pikflow.catalog import Catalog
from pikflow.engine.cache import Cache
from pikflow.engine.check import examine_files
from pikflow.engine.checks.names import DataFlow
from pikflow.engine.decisions.library import decisions_of
from pikflow.engine.definition import models_of
from pikflow.engine.facts import FormFacts, Usage
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.forms.idle import unfilled, unseen
from pikflow.forms.library import FormLibrary
from pikflow.forms.schema import FormSchema
from pikflow.proofreading.terms import Terms
from pikflow.services import parameters
from pikflow.services.deployments import digest_of, kind_of, text_of
from pikflow.services.journeys import journey_files
from pikflow.services.start_data import START_NAMES

_LIBRARIES: "Cache[FormLibrary]" = Cache(4)


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
    return list(examine(files, connectors=connectors, beside=beside).findings)


@dataclass(frozen=True, eq=False)
class Examined:
    """The findings of files; `flow` says what is known where in their processes, `forms` what
    their forms give, None when there are none."""

    findings: tuple[Finding, ...]
    flow: DataFlow
    forms: Mapping[str, FormFacts] | None


def examine(
    files: Mapping[str, bytes],
    *,
    connectors: frozenset[str],
    beside: Mapping[str, bytes] | None = None,
) -> Examined:
    """As `check`, with what was learned on the way."""
    if beside:
        together = examine({**merged(beside, files), **files}, connectors=connectors)
        mine = tuple(finding for finding in together.findings if finding.file in files)
        return replace(together, findings=mine)
    groups: dict[str, dict[str, bytes]] = {}
    for path, data in files.items():
        groups.setdefault(kind_of(path, data), {})[path] = data
    findings = [_unknown(path) for path in groups.get("", {})]
    catalog = _catalog(groups.get("catalog", {}), findings)
    _parameters(groups.get("parameters", {}), findings)
    _terms(groups.get("terms", {}), findings)
    forms = {path: text_of(data) for path, data in groups.get("form", {}).items()}
    library = _library(forms) if forms else None
    findings += library.findings if library else ()
    findings += journey_files.check(groups.get("journey", {}), groups.get("people", {}))
    facts = _facts(library) if library else None
    examination = examine_files(
        {**groups.get("bpmn", {}), **groups.get("dmn", {})},
        lanes=set(catalog.lanes) if catalog else None,
        forms=facts,
        usages=_usages(catalog) if catalog and library else (),
        connectors=connectors,
        start_names=START_NAMES,
    )
    findings += examination.findings
    if catalog:
        findings += _gaps(catalog, groups, library)
    ordered = sorted(set(findings), key=lambda f: (f.file, f.line, f.element, f.code))
    return Examined(tuple(ordered), examination.flow, facts)


def _library(forms: Mapping[str, str]) -> FormLibrary:
    """The forms, kept while somebody works on something else than forms."""
    digest = digest_of({path: text.encode() for path, text in forms.items()})
    return _LIBRARIES.get(digest, lambda: FormLibrary.load(forms))


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


def _terms(files: Mapping[str, bytes], findings: list[Finding]) -> None:
    for number, (path, data) in enumerate(files.items()):
        if number:
            message = "Es gibt mehr als eine Begriffsliste."
            findings.append(Finding(path, 1, "", "error", "terms-twice", message))
        try:
            Terms.load(text_of(data), path)
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
            types=_types(schema),
            title=schema.title.de,
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


def _types(schema: FormSchema) -> dict[str, str]:
    """The type of every field and column, by dotted name."""
    types = {}
    for field in schema.fields():
        types[field.id] = field.type
        types.update({f"{field.id}.{column.id}": column.type for column in field.children})
    return types


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


def merged(before: Mapping[str, bytes], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of before, without those that a new file stands in for, and the new ones.

    Journeys are tests; they are not deployed.
    """
    fresh = {p: d for p, d in files.items() if kind_of(p, d) not in ("journey", "people")}
    taken = {identity(path, data) for path, data in fresh.items()} - {None}
    kept = {
        path: data
        for path, data in before.items()
        if path not in fresh and identity(path, data) not in taken
    }
    return {**kept, **fresh}


def identity(path: str, data: bytes) -> tuple[str, str] | None:
    """What makes two files the same thing whatever their path: kind and main id."""
    kind = kind_of(path, data)
    if kind in ("catalog", "parameters", "terms"):
        return kind, ""
    if kind in ("bpmn", "dmn"):
        try:
            models, decisions = models_of({path: data}), decisions_of({path: data})
        except DefinitionInvalid:
            return None
        keys = sorted([*(key for m in models for key in m.processes), *(d.id for d in decisions)])
        return (kind, keys[0]) if keys else None
    if kind != "form":
        return None
    lines = text_of(data).splitlines()
    mark = next((line for line in lines if line.startswith("pik")), "")
    named = next((line for line in lines if line.startswith("id:")), "")
    return (mark.partition(":")[0], named.removeprefix("id:").strip()) if named else None
