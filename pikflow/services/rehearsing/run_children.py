"""Child cases in a rehearsal: what a call with `pik:cases` hands down, and what comes back.

Without a register of organisations a child knows of its own only what the list says.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pikflow.engine.definition import Definition
from pikflow.engine.results import ChildStart
from pikflow.services import steps


def begin_data(
    above: Mapping[str, Any],
    start: ChildStart,
    organisation: Mapping[str, Any],
    wanted: Iterable[str],
) -> dict[str, Any]:
    """The data a child case begins with; `above` are those of the calling run, `wanted` the names
    the called process reads of them (Deployment.wanted_from_caller)."""
    data: dict[str, Any] = {name: above[name] for name in ("runde", "params") if name in above}
    if above.get("vorgang"):
        data["vorgang"] = {
            **above["vorgang"],
            "antragsteller": dict(organisation),
            "untergeordnete": [],
            "eltern": steps.handed_down(above, wanted),
        }
    return {**data, start.item: dict(organisation)} if start.item else data


def entry(
    definition: Definition, data: Mapping[str, Any], organisation: Mapping[str, Any]
) -> dict[str, Any]:
    """What an ended child case adds to the caller's list: who, and its `pik:output` names."""
    names = (n.strip() for n in definition.process.attributes.get("output", "").split(","))
    outputs = {name: data.get(name) for name in names if name}
    return {"organisation": dict(organisation), "nummer": "", **outputs}
