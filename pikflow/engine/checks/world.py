"""What exists outside the diagrams, as the parts of the check are told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pikflow.engine.decisions.library import Library
from pikflow.engine.facts import FormFacts, Usage
from pikflow.engine.model import Model, Node, Process

PEOPLE = ("userTask", "manualTask", "task")  # a person works on these


@dataclass(frozen=True)
class World:
    """What exists outside the diagrams; None means that nobody said, so it is not checked."""

    models: tuple[Model, ...]
    lanes: Collection[str] | None = None
    forms: Mapping[str, FormFacts] | None = None
    usages: tuple[Usage, ...] = ()
    connectors: Collection[str] | None = None
    start_names: frozenset[str] = frozenset()
    processes: Mapping[str, Process] = field(default_factory=dict)
    library: Library = field(default_factory=Library)


def form_ids(node: Node, usages: Collection[Usage]) -> list[str]:
    """The forms `pik:form` may mean: one, or with `catalog:` one per measure with that role."""
    text = node.attributes.get("form", "").strip()
    if not text.startswith("catalog:"):
        return [text] if text else []
    role = text.partition(":")[2]
    return list(dict.fromkeys(usage.forms[role] for usage in usages if role in usage.forms))
