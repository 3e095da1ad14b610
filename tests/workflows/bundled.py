"""The bundled processes, forms, catalog and parameters, read once for all tests."""

from functools import cache
from typing import Any

from pikflow.bundle import forms_path, workflows_path
from pikflow.catalog import Catalog
from pikflow.engine import xml
from pikflow.engine.model import Model, Node, Process, read
from pikflow.forms.library import FormLibrary
from pikflow.services import parameters
from pikflow.services.parameters import Parameters
from pikflow.services.rehearsing.simulation import simulate


@cache
def files() -> dict[str, bytes]:
    """BPMN file name -> content."""
    return {path.name: path.read_bytes() for path in sorted(workflows_path().glob("*.bpmn"))}


@cache
def everything() -> dict[str, bytes]:
    """All bundled files, as a deployment takes them."""
    roots = {"workflows": workflows_path(), "forms": forms_path()}
    return {
        f"{name}/{path.relative_to(root)}": path.read_bytes()
        for name, root in roots.items()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@cache
def models() -> tuple[Model, ...]:
    return tuple(read(xml.parse(data, file=name), name) for name, data in files().items())


@cache
def processes() -> dict[str, Process]:
    return {key: process for model in models() for key, process in model.processes.items()}


@cache
def library() -> FormLibrary:
    root = forms_path()
    return FormLibrary.load(
        {f"forms/{p.relative_to(root)}": p.read_text() for p in sorted(root.rglob("*.yaml"))}
    )


@cache
def catalog() -> Catalog:
    return Catalog.load((workflows_path() / "catalog.yaml").read_text())


@cache
def params() -> Parameters:
    return parameters.load((workflows_path() / "parameter.yaml").read_text())


def called_by(process_id: str) -> set[str]:
    """The process and all it calls, directly or through another."""
    found, waiting = set(), [process_id]
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        waiting += [node.called for node in processes()[key].nodes.values() if node.called]
    return found


def user_tasks() -> list[Node]:
    return [n for p in processes().values() for n in p.nodes.values() if n.kind == "userTask"]


def run(slug: str, answers: dict[str, Any], *, year: int = 2026, **more: Any) -> dict[str, Any]:
    """Simulate a measure with its parameters for `year`; `more` goes over the case's data."""
    measure = catalog().measures[slug]
    carried = "traeger" in measure.applicants
    applicant = (
        {"id": "traeger", "name": "Träger", "ags": "", "art": "traeger"}
        if carried
        else {"id": "08135", "name": "Landkreis", "ags": "08135", "art": "landkreis"}
    )
    data = {
        "vorgang": {
            "nummer": f"{measure.short}-{year}-1",
            "massnahme": slug,
            "massnahme_name": measure.name["de"],
            "jahr": year,
            "antragsteller": applicant,
            "untergeordnete": [],
        },
        "runde": {}
        if carried
        else {"kreisbudget_eur": 5_000_000, "kreisbudget_rest_eur": 5_000_000},
        "params": params().resolve(slug, year),
        **more,
    }
    return simulate(
        files(), measure.process, answers, forms=library(), roles=measure.forms, data=data
    )
