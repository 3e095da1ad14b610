"""What the files of a design offer to choose from, for the lists of its editors."""

from dataclasses import dataclass

from pikflow.engine.checks.world import World


@dataclass(frozen=True)
class Choices:
    """Values by kind, in the order to show them: lanes of the catalog, the roles of forms
    (`catalog:<role>`), connectors; forms, decisions and processes as (id, name)."""

    lanes: tuple[str, ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    roles: tuple[str, ...] = ()
    decisions: tuple[tuple[str, str], ...] = ()
    processes: tuple[tuple[str, str], ...] = ()
    connectors: tuple[str, ...] = ()


def choices_of(world: World) -> Choices:
    """The choices in a world that was examined."""
    decisions = ((key, one.name or key) for key, one in world.library.decisions.items())
    processes = ((key, one.label) for key, one in world.processes.items())
    forms = ((key, f"{one.title} ({key})") for key, one in (world.forms or {}).items())
    return Choices(
        tuple(world.lanes or ()),
        tuple(sorted(forms, key=lambda pair: pair[1])),
        tuple(sorted({f"catalog:{role}" for usage in world.usages for role in usage.forms})),
        tuple(sorted(decisions, key=lambda pair: pair[1])),
        tuple(sorted(processes, key=lambda pair: pair[1])),
        tuple(sorted(world.connectors or ())),
    )
