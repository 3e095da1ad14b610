"""From a design to a deployment: what it would change, onto a newer one, and the deed itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pikflow.errors import Conflict, DefinitionInvalid, Invalid, Refused
from pikflow.identity import Actor
from pikflow.services import access
from pikflow.services.checking import merged
from pikflow.services.definitions import Deployed, keep, versions_of
from pikflow.services.deployments import Deployment, kind_of
from pikflow.services.environment import Unit
from pikflow.services.repeating import repeated_if_undone
from pikflow.services.studio.design_merging import Arrival, arrive, place_of
from pikflow.services.studio.design_states import Design, Room, find, find_open
from pikflow.services.studio.design_views import DeploymentHead, Plan, Step
from pikflow.services.studio.parcels import tidy
from pikflow.services.studio.titles import title_of
from pikflow.store import definitions, designs, turns
from pikflow.texts import say

CHOICES = ("mine", "theirs")
REASON = 2000  # characters
_SHOWN = 12  # files of a deployment that are listed; a first one has hundreds


@dataclass(frozen=True)
class _Look:
    """A design beside the newest deployment."""

    newest: int | None
    now: Mapping[str, bytes]
    arrival: Arrival
    gone: frozenset[str]  # what the design removes there
    files: dict[str, bytes]  # as they would be deployed
    seen: int


def _look(room: Room, found: Design) -> _Look:
    unit = found.unit
    newest = definitions.current_deployment(unit.connection)
    now = room.deployed(unit, newest)
    texts, removed = found.texts(), found.removed()
    gone = frozenset(place_of(path, found.base.get(path), now) for path in removed)
    log = designs.changes(unit.connection, found.id, limit=1)
    return _Look(
        newest,
        now,
        arrive(found.base, now, texts, removed),
        gone,
        _together(now, texts, gone),
        log[0].id if log else 0,
    )


def _together(
    now: Mapping[str, bytes], texts: Mapping[str, bytes], removed: Collection[str]
) -> dict[str, bytes]:
    """What `pikflow deploy` would make of the same files."""
    return merged({path: data for path, data in now.items() if path not in removed}, texts)


def plan(room: Room, actor: Actor, design_id: int) -> Plan:
    with room.environment.query(actor) as unit:
        access.require(unit, "definition.deploy")
        look = _look(room, find(room, unit, design_id))
    findings = room.examine(look.files).findings
    processes: list[tuple[str, int]] = []
    if not any(finding.severity == "error" for finding in findings):
        with room.environment.query(actor) as unit:
            coming, _ = versions_of(unit, Deployment.load(0, look.files), look.files)
            processes = [(row["name"] or row["key"], row["version"]) for row in coming]
    return Plan(
        look.seen,
        look.newest,
        _steps(look.now, look.files),
        tuple(processes),
        findings,
        look.arrival.meetings,
    )


@repeated_if_undone
def catch_up(
    room: Room, actor: Actor, design_id: int, choices: Mapping[str, str], newest: int | None
) -> None:
    with room.environment.command(actor) as unit:
        found = find_open(room, unit, design_id)
        look = _look(room, found)
        missing = [m.path for m in look.arrival.meetings if choices.get(m.path) not in CHOICES]
        if look.newest != newest or missing:
            raise _behind(missing)
        if look.newest != found.record.base_id:
            _move(found, look, choices)


def _move(found: Design, look: _Look, choices: Mapping[str, str]) -> None:
    """Put the design on the newest deployment. A file whose content becomes another gets a version,
    so that whoever has it open learns of it."""
    connection = found.unit.connection
    designs.set_head(connection, found.id, base_id=look.newest)
    change = found.note("caught-up", text=", ".join(f"{p}: {c}" for p, c in choices.items()))
    theirs = [m.path for m in look.arrival.meetings if choices[m.path] == "theirs"]
    moved = Design(found.unit, found.actor, found.record, look.now)
    for path in (*theirs, *look.arrival.settled, *look.arrival.moved):
        moved.put(path, look.now.get(path), change)
    for path in look.gone - found.removed() - set(theirs):  # the same file lies elsewhere now
        moved.put(path, None, change)


@repeated_if_undone
def deploy(room: Room, actor: Actor, design_id: int, reason: str, seen: int | None) -> Deployed:
    reason = reason.strip()[:REASON]
    if not reason:
        raise Invalid(
            "reason-missing",
            say("Bitte nennen Sie den Grund der Änderung."),
            say("Er steht später neben der Fassung, zum Beispiel „Neuer Fördersatz ab 2027“."),
        )
    wanted = plan(room, actor, design_id)
    _require_ready(wanted)
    with room.environment.command(actor) as unit:
        access.require(unit, "definition.deploy")
        turns.take(unit.connection, "deploy")
        found = find_open(room, unit, design_id)
        look = _look(room, found)
        if look.newest != wanted.newest:
            raise _behind([])
        if look.seen != (wanted.seen if seen is None else seen):
            raise _changed()
        deployed = keep(unit, look.files, wanted.findings, reason=reason)
        found.note("deployed", text=reason)
        became = deployed.deployment_id
        designs.set_head(unit.connection, found.id, state="deployed", deployment_id=became)
    room.environment.deployments.forget()
    return deployed


def _require_ready(wanted: Plan) -> None:
    if wanted.meetings:
        raise _behind([meeting.path for meeting in wanted.meetings])
    if not wanted.steps:
        raise Refused(
            "design-empty",
            say("Der Entwurf ändert nichts an dem, was eingespielt ist."),
            say("Ändern Sie eine Datei, oder legen Sie den Entwurf ab."),
        )
    if not wanted.ready:
        raise DefinitionInvalid(wanted.findings)


def history(room: Room, actor: Actor, limit: int) -> tuple[DeploymentHead, ...]:
    with room.environment.query(actor) as unit:
        access.require(unit, "design.edit")
        records = definitions.deployments(unit.connection, limit + 1)
        digests = [definitions.digests_of(unit.connection, one.id) for one in records]
        heads = []
        for at, record in enumerate(records[:limit]):
            before = digests[at + 1] if at + 1 < len(records) else {}
            heads.append(
                DeploymentHead(
                    record.id,
                    record.hash,
                    record.created_at,
                    record.actor_name,
                    record.reason,
                    _history_steps(unit, before, digests[at]),
                    current=at == 0,
                )
            )
        return tuple(heads)


def _history_steps(
    unit: Unit, before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Step, ...]:
    """What changed between two deployments, by the digests of their files; of many the first."""
    steps = []
    different = [path for path in {*before, *after} if before.get(path) != after.get(path)]
    different.sort(key=lambda path: (not path.endswith(".bpmn"), path))
    shown = [after.get(path) or before[path] for path in different[:_SHOWN]]
    contents = definitions.contents_of(unit.connection, shown)
    for path in different:
        data = contents.get(after.get(path) or before[path])
        kind = kind_of(path, data) if data is not None else ""
        title = title_of(path, data) if data is not None else ""
        steps.append(Step(tidy(path), kind, title, _change(path, before, after)))
    return tuple(steps)


def _steps(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Step, ...]:
    found = []
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            data = after[path] if path in after else before[path]
            change = _change(path, before, after)
            title = title_of(path, data)
            found.append(
                Step(path, kind_of(path, data), title, change, before.get(path), after.get(path))
            )
    return tuple(found)


def _change(path: str, before: Collection[str], after: Collection[str]) -> str:
    if path not in before:
        return "new"
    return "changed" if path in after else "removed"


def _behind(paths: Collection[str]) -> Conflict:
    if not paths:
        return Conflict(
            "design-behind",
            say("Inzwischen wurde anderes eingespielt."),
            say("Sehen Sie sich an, was sich geändert hat, und spielen Sie dann noch einmal ein."),
        )
    return Conflict(
        "design-behind",
        say("{paths}: inzwischen auch anderswo geändert und eingespielt.", paths=tuple(paths)),
        say("Wählen Sie für jede Datei, welcher Text gelten soll."),
    )


def _changed() -> Conflict:
    return Conflict(
        "design-changed",
        say("Der Entwurf hat sich geändert, seit Sie die Seite geöffnet haben."),
        say("Sehen Sie sich an, was sich geändert hat, und spielen Sie dann noch einmal ein."),
    )
