"""Files of other products into a design: first looked at with all notes, then taken in.

The history of each file begins with the original, byte for byte; what it became here is the
version after it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pikflow.identity import Actor
from pikflow.services import imports, parcels
from pikflow.services.deployments import kind_of
from pikflow.services.design_states import Design, Room, find, find_open
from pikflow.services.design_views import TakenIn
from pikflow.services.imports import Imported
from pikflow.texts import say

_FORM_ID = re.compile(rb"^id:\s*([a-z][a-z0-9_-]*)", re.MULTILINE)


@dataclass(frozen=True)
class ImportLook:
    """What taking in would do: the files with their notes, and for each path whether it would be
    new, changed or the same as before."""

    imported: Imported
    states: Mapping[str, str]


def look(room: Room, actor: Actor, design_id: int, uploads: Mapping[str, bytes]) -> ImportLook:
    """Translate uploads (name -> content) without changing anything. Raises Invalid for files that
    are too large or too many; what they hold becomes notes."""
    _require_limits(uploads)
    with room.environment.query(actor) as unit:
        found = find(room, unit, design_id)
        now, removed = found.files(), found.removed()
    made = imports.translate(uploads, taken=_taken(now))
    states = {file.path: _state(file.path, file.data, now, removed) for file in made.files}
    return ImportLook(made, states)


def take_in(room: Room, actor: Actor, design_id: int, uploads: Mapping[str, bytes]) -> TakenIn:
    """Translate uploads again and put them into the design."""
    _require_limits(uploads)
    with room.environment.command(actor) as unit:
        found = find_open(room, unit, design_id)
        now, removed = found.files(), found.removed()
        made = imports.translate(uploads, taken=_taken(now))
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


def _put(found: Design, file: imports.ImportedFile) -> None:
    """The original first, then what it became; one version when both are the same."""
    if file.original != file.data:
        change = found.note("taken-in", file.path, say("Original: {name}", name=file.source))
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
