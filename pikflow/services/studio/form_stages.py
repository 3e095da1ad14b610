"""A form of a design put on a stage: read with its building blocks and lists, seen as each task
shows it, and filled with example answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from pikflow.catalog import Catalog
from pikflow.engine.model import Model
from pikflow.engine.model import read as read_model
from pikflow.engine.xml import parse
from pikflow.errors import DefinitionInvalid, EngineFault, Finding, Invalid
from pikflow.expressions import compile_expression
from pikflow.forms.generate import generate
from pikflow.forms.language import Shared, examine, read_list
from pikflow.forms.names import facts
from pikflow.forms.schema import FormSchema, Option
from pikflow.forms.source import Block, read
from pikflow.services import parameters
from pikflow.services.deployments import BY_MEASURE, kind_of, text_of
from pikflow.services.parameters import Parameters

_SHARED = re.compile(rb"^pik(baustein|liste):", re.MULTILINE)
_BLOCK = """pikform: 1
id: vorschau
version: 1
title: {title}
sections:
"""


@dataclass(frozen=True)
class Audience:
    """One step that shows the form: who works it, and which of its pages may be changed there
    (None: all)."""

    id: str
    process: str
    task: str
    lane: str
    result: str = ""
    sections: str = ""
    measure: str = ""


@dataclass(frozen=True)
class Shelf:
    """What form files may use: building blocks by the name an include gives, lists by id."""

    blocks: Mapping[str, str]
    lists: Mapping[str, tuple[Option, ...]]
    shared: Shared


@dataclass(frozen=True)
class Stage:
    """A form or building block as far as it can be read; `schema` is None when it can't."""

    schema: FormSchema | None
    findings: tuple[Finding, ...]
    shelf: Shelf


def shelf_of(files: Mapping[str, bytes]) -> Shelf:
    """The building blocks and code lists of a set of files; broken ones are left out."""
    blocks: dict[str, tuple[str, Block]] = {}
    names: dict[str, str] = {}
    lists: dict[str, tuple[Option, ...]] = {}
    for path, data in sorted(files.items()):
        head = data[:2000]
        block = _block(data, path) if _SHARED.search(head) else None
        if block is None:
            continue
        if "pikbaustein" in block:
            stem = PurePosixPath(path).with_suffix("")
            blocks[str(stem)] = (path, block)
            names["/".join(stem.parts[-2:])] = path
        elif "pikliste" in block:
            name, options, _ = read_list(block, path)
            lists[name] = options
    return Shelf(names, lists, Shared(blocks, lists))


@lru_cache(maxsize=256)
def _block(data: bytes, path: str) -> Block | None:
    try:
        return read(text_of(data), path)
    except DefinitionInvalid:
        return None


def stage(files: Mapping[str, bytes], path: str) -> Stage:
    """A form file as it is now. Raises DefinitionInvalid when it is no YAML at all."""
    shelf = shelf_of(files)
    block = read(text_of(files[path]), path)
    if "pikbaustein" in block:
        return _stage_of_block(block, path, shelf)
    if "pikliste" in block:
        return Stage(None, tuple(read_list(block, path)[2]), shelf)
    schema, findings = examine(block, path, shared=shelf.shared)
    return Stage(schema, tuple(findings), shelf)


def _stage_of_block(block: Block, path: str, shelf: Shelf) -> Stage:
    """A building block as the only content of a form made for it."""
    title = block.get("title")
    words = title.get("de") if isinstance(title, Mapping) else title
    name = next((name for name, file in shelf.blocks.items() if file == path), "")
    text = _BLOCK.format(title=f'"{str(words or block.get("id")).replace(chr(34), "")}"')
    if "sections" in block:
        text += f"  - include: {name}\n"
    else:
        text += f"  - id: baustein\n    title: Baustein\n    fields:\n      - include: {name}\n"
    schema, findings = examine(read(text, path), path, shared=shelf.shared)
    return Stage(schema, tuple(one for one in findings if one.file == path), shelf)


def audiences(files: Mapping[str, bytes], form: str) -> tuple[Audience, ...]:
    """The steps of all processes that show a form, in the order of the files."""
    catalog = catalog_of(files)
    roles: dict[str, str] = {}
    for measure in catalog.measures.values() if catalog else ():
        for role, one in measure.forms.items():
            if one == form:
                roles.setdefault(BY_MEASURE + role, measure.slug)
    found = []
    for model in models(files).values():
        for key, process in model.processes.items():
            for node in process.nodes.values():
                named = node.attributes.get("form", "")
                if named == form or named in roles:
                    found.append(
                        Audience(
                            f"{key}/{node.id}",
                            process.label,
                            node.label,
                            node.lane or "",
                            node.attributes.get("result", ""),
                            node.attributes.get("sections", ""),
                            roles.get(named, ""),
                        )  # fmt: skip
                    )
    return tuple(found)


def models(files: Mapping[str, bytes]) -> dict[str, Model]:
    """The processes of a set of files by path; broken files are left out."""
    found = {}
    for path, data in files.items():
        if kind_of(path, data[:4000]) == "bpmn" and (model := _model(data, path)) is not None:
            found[path] = model
    return found


@lru_cache(maxsize=64)
def _model(data: bytes, path: str) -> Model | None:
    try:
        return read_model(parse(data, file=path), path)
    except DefinitionInvalid:
        return None


def catalog_of(files: Mapping[str, bytes]) -> Catalog | None:
    """The catalog of a set of files, None when it has none that can be read."""
    found = (path for path, data in files.items() if kind_of(path, data[:2000]) == "catalog")
    path = next(found, None)
    return None if path is None else _catalog(files[path], path)


@lru_cache(maxsize=16)
def _catalog(data: bytes, path: str) -> Catalog | None:
    try:
        return Catalog.load(text_of(data), path)
    except DefinitionInvalid:
        return None


def rates_of(files: Mapping[str, bytes]) -> Parameters:
    """The rates of a set of files; none when they can't be read."""
    found = (path for path, data in files.items() if kind_of(path, data[:2000]) == "parameters")
    path = next(found, None)
    return Parameters() if path is None else _rates(files[path], path)


@lru_cache(maxsize=16)
def _rates(data: bytes, path: str) -> Parameters:
    try:
        return parameters.load(text_of(data), path)
    except DefinitionInvalid:
        return Parameters()


def example(
    files: Mapping[str, bytes], schema: FormSchema, today: date, audience: Audience | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(data of the case, answers) that let the form be seen filled in.

    Names of earlier steps come from the tests in the form file, else from example answers to the
    form of that step.
    """
    context = _beginning(files, today, audience)
    for one in reversed(schema.examples):
        context = _merged(context, one.context)
    for root in sorted({name.split(".")[0] for name in facts(schema).reads} - set(context)):
        context |= _said_before(files, root, context)
    try:
        return context, generate(replace(schema, examples=()), context)
    except (EngineFault, Invalid):
        return context, {}


def open_sections(
    schema: FormSchema, context: Mapping[str, Any], audience: Audience | None
) -> list[str] | None:
    """The pages this step may change, None for all."""
    if audience is None or not audience.sections:
        return None
    try:
        chosen = compile_expression(audience.sections).evaluate(context)
    except (Invalid, EngineFault):
        return None
    return [str(one) for one in chosen] if isinstance(chosen, list) and chosen else None


def _beginning(
    files: Mapping[str, bytes], today: date, audience: Audience | None
) -> dict[str, Any]:
    applicant = {
        "id": "beispiel", "name": "Landkreis Muster", "ags": "08999", "art": "landkreis",
        "strasse": "Rathausplatz 1", "plz": "70001", "ort": "Musterstadt",
        "einwohner": Decimal(12000),
    }  # fmt: skip
    return {
        "vorgang": {
            "nummer": "BEISPIEL-1",
            "jahr": Decimal(today.year),
            "antragsteller": applicant,
            "massnahme": audience.measure if audience else "",
            "untergeordnete": [],
        },
        "runde": {},
        "heute": today,
        "params": rates_of(files).resolve(audience.measure if audience else "", today.year),
        "actor": {"name": "Kim Beispiel", "office": "Sachbearbeitung", "organisation": applicant},
    }


def _said_before(
    files: Mapping[str, bytes], root: str, context: Mapping[str, Any]
) -> dict[str, Any]:
    """Example answers of a step that keeps its answers under this name."""
    for model in models(files).values():
        for process in model.processes.values():
            for node in process.nodes.values():
                if node.attributes.get("result") == root and node.attributes.get("form"):
                    answers = _answers(files, node.attributes["form"], context)
                    if answers:
                        return {root: answers}
    return {}


def _answers(files: Mapping[str, bytes], form: str, context: Mapping[str, Any]) -> dict[str, Any]:
    if form.startswith(BY_MEASURE):
        catalog = catalog_of(files)
        role = form.removeprefix(BY_MEASURE)
        known = (
            [m.forms[role] for m in catalog.measures.values() if role in m.forms] if catalog else []
        )
        form = known[0] if known else ""
    for path, data in files.items():
        if kind_of(path, data[:2000]) == "form" and f"\nid: {form}\n".encode() in data[:2000]:
            schema = stage(files, path).schema
            if schema is not None:
                try:
                    return generate(replace(schema, examples=()), context)
                except (EngineFault, Invalid):
                    return {}
    return {}


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Nested mappings put over each other."""
    found = dict(below)
    for name, value in above.items():
        held = found.get(name)
        if isinstance(held, Mapping) and isinstance(value, Mapping):
            value = _merged(held, value)
        found[name] = value
    return found
