"""Designs: definition files changed in the browser, checked, and deployed.

A design is a set of changed files on top of a deployment. It belongs to whoever began it until it
is shared; every version of every file is kept; who saves a file names the version that was seen,
and learns who was faster. `design_deploys` brings it up to date and deploys it.
"""

from collections.abc import Mapping

from pikflow.engine.editing.merging import merge
from pikflow.errors import Finding, Invalid, NotFound, Refused
from pikflow.identity import Actor
from pikflow.services import access
from pikflow.services.definitions import Deployed
from pikflow.services.deployments import kind_of
from pikflow.services.environment import Environment
from pikflow.services.repeating import repeated_if_undone
from pikflow.services.studio import design_deploys, design_imports, parcels
from pikflow.services.studio.choices import Choices, of_files, of_world
from pikflow.services.studio.design_imports import ImportLook, PastImport
from pikflow.services.studio.design_states import (
    Design,
    Room,
    find,
    find_open,
    require_room,
    require_unchanged,
)
from pikflow.services.studio.design_views import (
    DeploymentHead,
    DesignChange,
    DesignFile,
    DesignHead,
    DesignView,
    FileChanged,
    FileVersion,
    Look,
    Plan,
    Presence,
    TakenIn,
)
from pikflow.services.studio.known_names import Name, known_names
from pikflow.store import definitions, designs
from pikflow.store.designs import DesignRecord
from pikflow.texts import say

TITLE = 200  # characters


class Designs:
    """The designs of the Werkstatt. Every use case asks for `design.edit`; a design of somebody
    else that is not shared is NotFound("design-not-found")."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._room = Room(environment)

    # --- designs --------------------------------------------------------------------------------

    def list(
        self, actor: Actor, *, states: tuple[str, ...] = ("open",), limit: int = 200
    ) -> tuple[DesignHead, ...]:
        """Own and shared designs in these states, the one changed last first."""
        with self._environment.query(actor) as unit:
            access.require(unit, "design.edit")
            found = designs.visible(unit.connection, actor.id, states, limit)
            return tuple(_head(record, actor, count) for record, count in found)

    @repeated_if_undone
    def start(self, actor: Actor, title: str) -> int:
        """Begin a design on top of what is deployed now; gives its id. Raises
        Invalid("title-missing")."""
        title = _title(title)
        with self._environment.command(actor) as unit:
            access.require(unit, "design.edit")
            newest = definitions.current_deployment(unit.connection)
            row = {
                "title": title,
                "owner_id": actor.id,
                "owner_name": actor.name,
                "shared": False,
                "state": "open",
                "base_id": newest,
                "created_at": unit.now,
                "changed_at": unit.now,
            }
            design_id = designs.add(unit.connection, row)
            find(self._room, unit, design_id).note("started")
            return design_id

    def view(self, actor: Actor, design_id: int) -> DesignView:
        """The design with its files, who else is here and its log."""
        with self._environment.query(actor) as unit:
            found = find(self._room, unit, design_id)
            newest = definitions.current_deployment(unit.connection)
            log = designs.changes(unit.connection, design_id)
            record = found.record
            return DesignView(
                id=record.id,
                title=record.title,
                owner=record.owner_name,
                mine=record.owner_id == actor.id,
                shared=record.shared,
                state=record.state,
                base=record.base_id,
                newest=newest,
                seen=log[0].id if log else 0,
                files=found.heads(),
                present=found.others(),
                changes=tuple(
                    DesignChange(one.id, one.command, one.path, one.note, one.actor_name, one.at)
                    for one in log
                ),
                deployment=record.deployment_id,
            )

    @repeated_if_undone
    def rename(self, actor: Actor, design_id: int, title: str) -> None:
        """Give the design another title."""
        title = _title(title)
        with self._environment.command(actor) as unit:
            found = find_open(self._room, unit, design_id)
            designs.set_head(unit.connection, design_id, title=title)
            found.note("renamed", text=title)

    @repeated_if_undone
    def share(self, actor: Actor, design_id: int, shared: bool) -> None:
        """Show the design to everybody who may edit designs, or to its owner alone again.

        Only its owner may: raises Refused("not-permitted").
        """
        with self._environment.command(actor) as unit:
            found = find_open(self._room, unit, design_id)
            _require_owner(found)
            if found.record.shared != shared:
                designs.set_head(unit.connection, design_id, shared=shared)
                found.note("shared" if shared else "unshared")

    @repeated_if_undone
    def discard(self, actor: Actor, design_id: int) -> None:
        """Put the design aside; it is kept, and `reopen` brings it back."""
        with self._environment.command(actor) as unit:
            found = find_open(self._room, unit, design_id)
            _require_owner(found)
            designs.set_head(unit.connection, design_id, state="discarded")
            found.note("discarded")

    @repeated_if_undone
    def reopen(self, actor: Actor, design_id: int) -> None:
        """Take up a design again that was discarded."""
        with self._environment.command(actor) as unit:
            found = find(self._room, unit, design_id, lock=True)
            _require_owner(found)
            if found.record.state == "discarded":
                designs.set_head(unit.connection, design_id, state="open")
                found.note("reopened")

    @repeated_if_undone
    def be_here(self, actor: Actor, design_id: int, path: str = "") -> None:
        """The actor has the design, or this file of it, open now."""
        with self._environment.command(actor) as unit:
            find_open(self._room, unit, design_id).be_here(path)

    def others(self, actor: Actor, design_id: int) -> tuple[Presence, ...]:
        """Who else is at work in the design."""
        with self._environment.query(actor) as unit:
            return find(self._room, unit, design_id).others()

    # --- files ----------------------------------------------------------------------------------

    def read(self, actor: Actor, design_id: int, path: str) -> DesignFile:
        """One file; NotFound("design-file-missing")."""
        with self._environment.query(actor) as unit:
            return find(self._room, unit, design_id).file(path)

    def files(self, actor: Actor, design_id: int) -> dict[str, bytes]:
        """All files of the design by path, changed ones and those it builds on."""
        with self._environment.query(actor) as unit:
            return find(self._room, unit, design_id).files()

    def versions(self, actor: Actor, design_id: int, path: str) -> tuple[FileVersion, ...]:
        """The versions of a file in this design, newest first."""
        with self._environment.query(actor) as unit:
            find(self._room, unit, design_id)
            return tuple(
                FileVersion(one.version, one.state, one.actor_name, one.at)
                for one in designs.file_versions(unit.connection, design_id, path)
            )

    def text_of(self, actor: Actor, design_id: int, path: str, version: int) -> bytes:
        """The content of an earlier version, 0: as deployed; NotFound("design-file-missing")."""
        with self._environment.query(actor) as unit:
            found = find(self._room, unit, design_id)
            data = designs.text_of(unit.connection, design_id, path, version)
            if data is None:
                data = found.base.get(path)
            if data is None:
                raise NotFound("design-file-missing", say("Diese Fassung hat keinen Inhalt."))
            return data

    @repeated_if_undone
    def save(self, actor: Actor, design_id: int, path: str, data: bytes, seen: int) -> DesignFile:
        """Save a file, new or known, over the version that was `seen` (0 before the first change).

        Raises FileChanged, which holds what somebody else saved meanwhile; Invalid("path-invalid",
        "file-kind", "file-too-large", "parcel-too-large").
        """
        parcels.require_size(path, data)
        with self._environment.command(actor) as unit:
            found = find_open(self._room, unit, design_id)
            now = _now(found, path)
            found.be_here(path)
            if now is None:
                parcels.require_path(path)
                require_room(found.files(), {path: data})
            elif now.data == data and not now.removed:
                return now
            _require_seen(now, path, seen)
            found.put(path, data, found.note("saved", path))
            return found.file(path)

    def save_drawing(
        self, actor: Actor, design_id: int, path: str, before: str, after: str, seen: int
    ) -> DesignFile:
        """Put what a drawing program changed into the file that was `seen`: the difference of two
        writings of its own, of the file `before` the first change and `after` the last
        (engine.editing.merging). Raises as `save` does, and DefinitionInvalid for broken XML."""
        for text in (before, after):
            parcels.require_size(path, text.encode("utf-8"))
        file = self.read(actor, design_id, path)
        data = merge(file.data, before, after, file=path) if file.version == seen else b""
        return self.save(actor, design_id, path, data or after.encode("utf-8"), seen)

    def choices(self, actor: Actor, design_id: int) -> Choices:
        """What a diagram of the design may name: lanes, forms, connectors, other processes."""
        with self._environment.query(actor) as unit:
            found = find(self._room, unit, design_id)
            titles = {head.path: head.title for head in found.heads()}
            connectors = self._environment.connectors.names
            return of_files(found.files(), titles, connectors)

    @repeated_if_undone
    def remove(self, actor: Actor, design_id: int, path: str, seen: int) -> None:
        """Take a file out of what is deployed. Raises FileChanged as `save` does."""
        with self._environment.command(actor) as unit:
            found = find_open(self._room, unit, design_id)
            now = found.file(path)
            if not now.removed:
                _require_seen(now, path, seen)
                found.put(path, None, found.note("removed", path))

    @repeated_if_undone
    def restore(self, actor: Actor, design_id: int, path: str, seen: int) -> None:
        """Give a file back the content it is deployed with; a new one goes. Raises FileChanged."""
        with self._environment.command(actor) as unit:
            found = find_open(self._room, unit, design_id)
            now = found.file(path)
            if now.changed:
                _require_seen(now, path, seen)
                found.put(path, found.base.get(path), found.note("restored", path))

    # --- check, export, import ------------------------------------------------------------------

    def check(
        self, actor: Actor, design_id: int, *, instead: Mapping[str, bytes] | None = None
    ) -> tuple[Finding, ...]:
        """The findings of all files together; `instead` has unsaved contents by path."""
        files = self.files(actor, design_id)
        return self._room.examine({**files, **(instead or {})}).findings

    def look(self, actor: Actor, design_id: int, path: str, data: bytes) -> Look:
        """The same with one file as it is typed now, and the names known at its elements."""
        parcels.require_size(path, data)
        files = {**self.files(actor, design_id), path: data}
        examined = self._room.examine(files)
        kinds = {one: kind_of(one, text) for one, text in files.items()}
        names = known_names(examined, path) if kinds[path] == "bpmn" else {}
        return Look(examined.findings, names, kinds, of_world(examined.flow.world))

    def proofread(self, actor: Actor, design_id: int) -> tuple[Finding, ...]:
        """The remarks of text care on all files together; none of them keeps one from deploying."""
        return self._room.proofread(self.files(actor, design_id))

    def names_in(
        self, actor: Actor, design_id: int, path: str, *, without: str
    ) -> Mapping[str, tuple[Name, ...]]:
        """The names known at each element of a process, as if the file `without` were not there:
        what was found stays true, and at hand, while that one is edited."""
        files = self.files(actor, design_id)
        files.pop(without, None)
        return known_names(self._room.examine(files), path)

    def export(self, actor: Actor, design_id: int) -> bytes:
        """All files as one ZIP; the same files give the same bytes."""
        return parcels.pack(self.files(actor, design_id))

    @repeated_if_undone
    def take_in(
        self, actor: Actor, design_id: int, files: Mapping[str, bytes], *, seen: int | None = None
    ) -> TakenIn:
        """Put uploaded files (name -> content), or those of a ZIP, into the design.

        `seen` is the change the page was made from (DesignView.seen): raises
        Conflict("design-changed") when somebody changed one of these files since. Raises Invalid
        as `parcels.open_parcel` does; nothing is taken in then.
        """
        parcel = parcels.open_parcel(files)
        with self._environment.command(actor) as unit:
            found = find_open(self._room, unit, design_id)
            require_unchanged(found, parcel.files, seen)
            return _take(found, parcel)

    def look_at_foreign(
        self, actor: Actor, design_id: int, uploads: Mapping[str, bytes]
    ) -> ImportLook:
        """What files of other products (name -> content) would become here; changes nothing."""
        return design_imports.look(self._room, actor, design_id, uploads)

    @repeated_if_undone
    def take_in_foreign(
        self, actor: Actor, design_id: int, uploads: Mapping[str, bytes], *, seen: int | None = None
    ) -> TakenIn:
        """Translate files of other products and put them into the design; the originals stay in
        the history of the files. `seen` is the change they were looked at after (ImportLook.seen);
        raises Conflict("design-changed") as `take_in` does."""
        return design_imports.take_in(self._room, actor, design_id, uploads, seen)

    def foreign_notes(self, actor: Actor, design_id: int) -> tuple[PastImport, ...]:
        """What was said about files of other products when they came into the design."""
        return design_imports.past(self._room, actor, design_id)

    # --- deployments ----------------------------------------------------------------------------

    def plan(self, actor: Actor, design_id: int) -> Plan:
        """What deploying would change, and what stands in its way."""
        return design_deploys.plan(self._room, actor, design_id)

    def catch_up(
        self, actor: Actor, design_id: int, choices: Mapping[str, str], *, newest: int | None
    ) -> None:
        """Put the design on the newest deployment; `choices` says "mine" or "theirs" for each file
        changed in both. `newest` is the deployment the choice was made for. Raises
        Conflict("design-behind") when another came or a choice is missing."""
        design_deploys.catch_up(self._room, actor, design_id, choices, newest)

    def deploy(
        self, actor: Actor, design_id: int, reason: str, *, seen: int | None = None
    ) -> Deployed:
        """Deploy the design: a version that never changes, with its author and reason.

        Raises Invalid("reason-missing"), Refused("design-empty"), DefinitionInvalid with all
        findings, Conflict("design-behind") when a newer deployment changed the same files,
        Conflict("design-changed") when the design did since `seen` (Plan.seen).
        """
        return design_deploys.deploy(self._room, actor, design_id, reason, seen)

    def deployments(self, actor: Actor, limit: int = 20) -> tuple[DeploymentHead, ...]:
        """The deployments so far, newest first, and what each changed."""
        return design_deploys.history(self._room, actor, limit)


def _head(record: DesignRecord, actor: Actor, count: int) -> DesignHead:
    return DesignHead(
        record.id,
        record.title,
        record.owner_name,
        record.owner_id == actor.id,
        record.shared,
        record.state,
        count,
        record.created_at,
        record.changed_at,
        record.deployment_id,
    )


def _title(text: str) -> str:
    title = " ".join(text.split())[:TITLE]
    if not title:
        raise Invalid(
            "title-missing",
            say("Der Entwurf braucht einen Namen."),
            say("Schreiben Sie in wenigen Worten, was Sie ändern möchten."),
        )
    return title


def _now(found: Design, path: str) -> DesignFile | None:
    """The file as it is, None when the design does not know it."""
    try:
        return found.file(path)
    except NotFound:
        return None


def _require_owner(found: Design) -> None:
    if found.record.owner_id != found.actor.id:
        raise Refused(
            "not-permitted",
            say("Das kann nur {who}.", who=found.record.owner_name),
            say("Bitten Sie darum, oder beginnen Sie einen eigenen Entwurf."),
        )


def _require_seen(now: DesignFile | None, path: str, seen: int) -> None:
    if (now.version if now else 0) != seen:
        raise FileChanged(now or DesignFile(path, b"", 0, removed=True))


def _take(found: Design, parcel: parcels.Parcel) -> TakenIn:
    """Put the files of a parcel into the design."""
    now = found.files()
    removed = found.removed()
    require_room(now, parcel.files)
    new: list[str] = []
    changed: list[str] = []
    same: list[str] = []
    for path, data in parcel.files.items():
        before = None if path in removed else now.get(path)
        if before == data:
            same.append(path)
            continue
        (changed if before is not None else new).append(path)
        found.put(path, data, found.note("taken-in", path))
    return TakenIn(tuple(new), tuple(changed), tuple(same), parcel.skipped)
