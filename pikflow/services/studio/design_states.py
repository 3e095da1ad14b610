"""A design as it is stored now: found for a person, read, and added to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from pikflow.engine.cache import Cache
from pikflow.errors import Conflict, Finding, NotFound, Refused
from pikflow.identity import Actor
from pikflow.services import access
from pikflow.services.checking import Examined, examine
from pikflow.services.deployments import digest_of, kind_of
from pikflow.services.environment import Environment, Unit
from pikflow.services.proofreading import proofread
from pikflow.services.studio import parcels
from pikflow.services.studio.design_merging import laid_over
from pikflow.services.studio.design_views import DesignFile, FileHead, Presence
from pikflow.services.studio.parcels import PATH, tidy
from pikflow.services.studio.titles import title_of
from pikflow.store import definitions, designs
from pikflow.store.designs import BASE, CHANGED, REMOVED, DesignRecord, FileRecord
from pikflow.texts import say

_IDS = 1 << 62  # an address can hold a larger number than the database
PRESENT = timedelta(seconds=90)  # who was not heard of for longer has left


class Room:
    """What all use cases of designs share: files of deployments, which never change, and what was
    found in the files that were checked last."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._deployed: Cache[Mapping[str, bytes]] = Cache(4)
        self._examined: Cache[Examined] = Cache(4)
        self._remarks: Cache[tuple[Finding, ...]] = Cache(4)

    def deployed(self, unit: Unit, deployment_id: int | None) -> Mapping[str, bytes]:
        """The files of a deployment by path as designs name them."""
        if deployment_id is None:
            return {}

        def read() -> dict[str, bytes]:
            files = definitions.files_of(unit.connection, deployment_id)
            return {tidy(path): data for path, data in files.items()}

        return self._deployed.get(str(deployment_id), read)

    def examine(self, files: Mapping[str, bytes]) -> Examined:
        """The findings of files that belong together, and what is known in their processes."""
        names = self.environment.connectors.names
        return self._examined.get(digest_of(files), lambda: examine(files, connectors=names))

    def proofread(self, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
        """The remarks of text care on files that belong together."""
        return self._remarks.get(digest_of(files), lambda: tuple(proofread(files)))


@dataclass(frozen=True, eq=False)
class Design:
    """A design in a use case: its record, the deployment below it, and what it changed there."""

    unit: Unit
    actor: Actor
    record: DesignRecord
    base: Mapping[str, bytes]

    @property
    def id(self) -> int:
        return self.record.id

    def records(self) -> dict[str, FileRecord]:
        """The newest version of every file that was ever touched."""
        return designs.newest_files(self.unit.connection, self.id)

    def texts(self) -> dict[str, bytes]:
        """The content of the files that are changed."""
        return designs.changed_texts(self.unit.connection, self.id)

    def removed(self) -> frozenset[str]:
        return frozenset(p for p, record in self.records().items() if record.state == REMOVED)

    def files(self) -> dict[str, bytes]:
        """Everything, as it would be deployed, and journeys."""
        return laid_over(self.base, self.texts(), self.removed())

    def file(self, path: str) -> DesignFile:
        """One file as it is now; NotFound("design-file-missing") when it never was here."""
        known = path.isprintable() and len(path) <= PATH  # else the database may refuse it
        found = designs.newest_file(self.unit.connection, self.id, path) if known else None
        if found is None and path not in self.base:
            raise NotFound(
                "design-file-missing",
                say("Die Datei „{path}“ gibt es in diesem Entwurf nicht.", path=path),
                say("Vielleicht heißt sie inzwischen anders. Sehen Sie im Entwurf nach."),
            )
        data = self.base.get(path, b"")
        if found is not None and found.state == CHANGED:
            text = designs.text_of(self.unit.connection, self.id, path, found.version)
            data = text if text is not None else data
        state = found.state if found is not None else BASE
        return DesignFile(
            path,
            b"" if state == REMOVED else data,
            found.version if found else 0,
            kind_of(path, data),
            changed=state != BASE,
            removed=state == REMOVED or (state == BASE and path not in self.base),
            by=found.actor_name if found else "",
            at=found.at if found else None,
        )

    def heads(self) -> tuple[FileHead, ...]:
        """All files by path, removed ones among them."""
        records = self.records()
        gone = {path for path, record in records.items() if record.state == REMOVED}
        now = laid_over(self.base, self.texts(), gone)
        found = []
        for path in sorted({*now, *gone}):
            data = now.get(path, self.base.get(path, b""))
            record = records.get(path)
            state = "same"
            if path in gone:
                state = "removed"
            elif record is not None and record.state == CHANGED:
                state = "changed" if path in self.base else "new"
            touched = record is not None and state != "same"
            found.append(
                FileHead(
                    path,
                    kind_of(path, data),
                    title_of(path, data),
                    state,
                    record.version if record else 0,
                    record.actor_name if record and touched else "",
                    record.at if record and touched else None,
                )
            )
        return tuple(found)

    def seen(self) -> int:
        """The id of the last change, by which a later one is noticed; 0 before the first."""
        last = designs.changes(self.unit.connection, self.id, 1)
        return last[0].id if last else 0

    def others(self) -> tuple[Presence, ...]:
        """Who else is at work here."""
        since = self.unit.now - PRESENT
        return tuple(
            Presence(one.name, one.path, one.seen_at)
            for one in designs.seen_since(self.unit.connection, self.id, since)
            if one.person_id != self.actor.id
        )

    # --- additions, in a use case that writes ---------------------------------------------------

    def note(self, command: str, path: str = "", text: str = "") -> int:
        """Add to the log; gives the entry's id."""
        now = self.unit.now
        designs.set_head(self.unit.connection, self.id, changed_at=now)
        return designs.note(
            self.unit.connection,
            {
                "design_id": self.id,
                "command": command,
                "path": path,
                "note": text,
                "actor_id": self.actor.id,
                "actor_name": self.actor.name,
                "at": now,
            },
        )

    def put(self, path: str, data: bytes | None, change_id: int) -> str:
        """Add a version of a file, None removes it; gives its state. What is as deployed again
        counts as unchanged."""
        known = designs.newest_file(self.unit.connection, self.id, path)
        version = known.version + 1 if known else 1
        state = BASE if data == self.base.get(path) else REMOVED if data is None else CHANGED
        text = data if state == CHANGED else None
        designs.add_file(self.unit.connection, self.id, path, version, change_id, state, text)
        return state

    def be_here(self, path: str = "") -> None:
        """The actor is at work in this design, with this file open."""
        row = {
            "design_id": self.id,
            "person_id": self.actor.id,
            "name": self.actor.name,
            "path": path,
            "seen_at": self.unit.now,
        }
        designs.be_seen(self.unit.connection, row)


def find(room: Room, unit: Unit, design_id: int, *, lock: bool = False) -> Design:
    """A design the actor may see; NotFound for every other."""
    actor = access.require(unit, "design.edit")
    known = design_id < _IDS
    record = designs.by_id(unit.connection, design_id, actor.id, lock=lock) if known else None
    if record is None:
        raise NotFound(
            "design-not-found",
            say("Diesen Entwurf gibt es nicht, oder er ist nicht mit Ihnen geteilt."),
            say("Öffnen Sie die Werkstatt; dort stehen alle Entwürfe, die Sie sehen."),
        )
    return Design(unit, actor, record, room.deployed(unit, record.base_id))


def find_open(room: Room, unit: Unit, design_id: int) -> Design:
    """The same for a change: locked, and Refused("design-closed") once it has ended."""
    found = find(room, unit, design_id, lock=True)
    if found.record.state != "open":
        raise Refused(
            "design-closed",
            say("Der Entwurf „{title}“ ist abgeschlossen.", title=found.record.title),
            say("Beginnen Sie in der Werkstatt einen neuen Entwurf."),
        )
    return found


def require_unchanged(found: Design, files: Collection[str], seen: int | None) -> None:
    """Refuse to bring files (paths) over what somebody else changed since `seen`, the change a
    page was made after; raises Conflict("design-changed"). None: nobody looked before."""
    if seen is None:
        return
    for path, record in found.records().items():
        if path in files and record.change_id > seen and record.actor_id != found.actor.id:
            raise Conflict(
                "design-changed",
                say("{who} hat „{path}“ inzwischen geändert.", who=record.actor_name, path=path),
                say(
                    "Sehen Sie sich die Änderung an, und bringen Sie die Dateien dann noch einmal."
                ),
            )


def require_room(now: Mapping[str, bytes], fresh: Mapping[str, bytes]) -> None:
    """Refuse files that would make a design larger than any may be."""
    files = {**now, **fresh}
    parcels.require_few(len(files), sum(map(len, files.values())))
