"""Files of other products into a design: first looked at with all notes, then taken in.

The history of each file begins with the original, byte for byte; what it became here is the
version after it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pikflow.identity import Actor
from pikflow.notes import Note
from pikflow.services.deployments import kind_of
from pikflow.services.studio import imports, parcels
from pikflow.services.studio.design_states import (
    Design,
    Room,
    find,
    find_open,
    require_room,
    require_unchanged,
)
from pikflow.services.studio.design_views import TakenIn
from pikflow.services.studio.imports import Imported
from pikflow.store import designs

_ORIGINAL = "Original: "  # what the log says of an original, before its name
_FORM_ID = re.compile(rb"^id:\s*([a-z][a-z0-9_-]*)", re.MULTILINE)


@dataclass(frozen=True)
class ImportLook:
    """What taking in would do: the files with their notes, and for each path whether it would be
    new, changed or the same as before. `seen` is the last change of the design until then."""

    imported: Imported
    states: Mapping[str, str]
    seen: int


@dataclass(frozen=True)
class PastImport:
    """Files that came in together: when, by whom, where they are now, and what was said of them.

    `paths` are by the name of the file they came from.
    """

    at: datetime
    by: str
    paths: Mapping[str, tuple[str, ...]]
    notes: tuple[Note, ...]


def look(room: Room, actor: Actor, design_id: int, uploads: Mapping[str, bytes]) -> ImportLook:
    """Translate uploads (name -> content) without changing anything. Raises Invalid for files that
    are too large or too many; what they hold becomes notes."""
    _require_limits(uploads)
    with room.environment.query(actor) as unit:
        found = find(room, unit, design_id)
        now, removed, seen = found.files(), found.removed(), found.seen()
    made = imports.translate(uploads, taken=_taken(now))
    states = {file.path: _state(file.path, file.data, now, removed) for file in made.files}
    return ImportLook(made, states, seen)


def take_in(
    room: Room, actor: Actor, design_id: int, uploads: Mapping[str, bytes], seen: int | None
) -> TakenIn:
    """Translate uploads again and put them into the design, over nobody's change since `seen`."""
    _require_limits(uploads)
    with room.environment.command(actor) as unit:
        found = find_open(room, unit, design_id)
        now, removed = found.files(), found.removed()
        made = imports.translate(uploads, taken=_taken(now))
        fresh = {file.path: file.data for file in made.files}
        require_unchanged(found, fresh, seen)
        require_room(now, fresh)
        paths: dict[str, list[str]] = {"new": [], "changed": [], "same": []}
        for file in made.files:
            parcels.require_size(parcels.require_path(file.path), file.data)
            state = _state(file.path, file.data, now, removed)
            paths[state].append(file.path)
            if state != "same":
                _put(found, file)
        skipped = {name for name in uploads if name not in {file.source for file in made.files}}
    return TakenIn(tuple(paths["new"]), tuple(paths["changed"]), tuple(paths["same"]),
                   tuple(sorted(skipped)))  # fmt: skip


def past(room: Room, actor: Actor, design_id: int) -> tuple[PastImport, ...]:
    """The imports of a design, newest first, with their notes: read once more from the originals,
    which the design keeps, so they say what holds today."""
    with room.environment.query(actor) as unit:
        found = find(room, unit, design_id)
        brought = designs.texts_of(unit.connection, found.id, "taken-in")
    groups: dict[tuple[datetime, str], list[tuple[str, str, bytes]]] = {}
    for change, data in brought:
        if change.note.startswith(_ORIGINAL):
            entry = (change.note.removeprefix(_ORIGINAL), change.path, data)
            groups.setdefault((change.at, change.actor_name), []).append(entry)
    return tuple(_again(at, by, group) for (at, by), group in reversed(groups.items()))


def _again(at: datetime, by: str, group: Iterable[tuple[str, str, bytes]]) -> PastImport:
    """One import, from (name of the original, path, original) of its files."""
    uploads: dict[str, bytes] = {}
    paths: dict[str, tuple[str, ...]] = {}
    for name, path, data in sorted(group, key=lambda one: one[1], reverse=True):
        # A form out of a process has its name; the process, which sorts first, tells of both.
        uploads.setdefault(name, data)
        paths[name] = (*paths.get(name, ()), path)
    return PastImport(at, by, paths, imports.translate(uploads).notes)


def _put(found: Design, file: imports.ImportedFile) -> None:
    """The original first, then what it became; one version when both are the same."""
    if file.original != file.data:
        change = found.note("taken-in", file.path, _ORIGINAL + file.source)
        found.put(file.path, file.original, change)
        found.put(file.path, file.data, found.note("translated", file.path))
    else:
        found.put(file.path, file.data, found.note("taken-in", file.path))


def _state(path: str, data: bytes, now: Mapping[str, bytes], removed: frozenset[str]) -> str:
    before = None if path in removed else now.get(path)
    if before is None:
        return "new"
    return "same" if before == data else "changed"


def _taken(files: Mapping[str, bytes]) -> frozenset[str]:
    """Ids of forms that stand somewhere else than an import would put them."""
    forms = ((path, _FORM_ID.search(data)) for path, data in files.items()
             if kind_of(path, data) == "form")  # fmt: skip
    named = ((path, match[1].decode()) for path, match in forms if match)
    return frozenset(key for path, key in named if path != f"forms/{key}.yaml")


def _require_limits(uploads: Mapping[str, bytes]) -> None:
    for name, data in uploads.items():
        parcels.require_size(name, data)
    parcels.require_few(len(uploads), sum(map(len, uploads.values())))
