"""Child cases in a rehearsal: what a call with `pik:cases` hands down, and what comes back.

Without a register of organisations a child knows of its own only what the list says.
"""

from collections.abc import Mapping
from typing import Any

from pikflow.engine.definition import Definition
from pikflow.engine.results import ChildStart, OpenTask


def handed_down(
    above: Mapping[str, Any], start: ChildStart, task: OpenTask, organisation: Mapping[str, Any]
) -> dict[str, Any]:
    """The data a child case begins with; `above` are those of the calling run, `task` its call."""
    names = (n.strip().partition(".")[0] for n in task.attributes.get("pass", "").split(","))
    seen = {name: above.get(name) for name in ("runde", "params", *names) if name}
    data: dict[str, Any] = {name: above[name] for name in ("runde", "params") if name in above}
    case = dict(above.get("vorgang") or {})
    if case:
        data["vorgang"] = {
            **case,
            "antragsteller": dict(organisation),
            "untergeordnete": [],
            "eltern": {**seen, "antragsteller": case.get("antragsteller")},
        }
    return {**data, start.item: dict(organisation)} if start.item else data


def entry(
    definition: Definition, data: Mapping[str, Any], organisation: Mapping[str, Any]
) -> dict[str, Any]:
    """What an ended child case adds to the caller's list: who, and its `pik:output` names."""
    names = (n.strip() for n in definition.process.attributes.get("output", "").split(","))
    outputs = {name: data.get(name) for name in names if name}
    return {"organisation": dict(organisation), "nummer": "", **outputs}
