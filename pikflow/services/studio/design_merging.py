"""Changes of a design laid over a deployment, and what happens when that deployment gets old.

Pure: files go in, files come out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pikflow.services.checking import identity, merged
from pikflow.services.studio.design_views import Meeting

Files = Mapping[str, bytes]


def laid_over(base: Files, texts: Files, removed: Collection[str]) -> dict[str, bytes]:
    """The files of a design as one sees them: `texts` stand in for what they replace in `base`,
    as when they are deployed; journeys, which are not deployed, are there too."""
    kept = {path: data for path, data in base.items() if path not in removed}
    return {**merged(kept, texts), **texts} if texts else kept


@dataclass(frozen=True)
class Arrival:
    """What a newer deployment means for a design.

    `meetings`: files changed in both; `settled`: paths changed to the same here and there, which
    are as deployed again; `moved`: untouched paths whose content is another now.
    """

    meetings: tuple[Meeting, ...]
    settled: tuple[str, ...]
    moved: tuple[str, ...]


def arrive(before: Files, now: Files, texts: Files, removed: Collection[str]) -> Arrival:
    """Compare a design, changed on top of `before`, with the deployment `now`."""
    meetings, settled = [], []
    for path in sorted({*texts, *removed}):
        ours, base = texts.get(path), before.get(path)
        theirs = now.get(place_of(path, ours if ours is not None else base, now))
        if theirs == base:
            continue
        if theirs == ours:
            settled.append(path)
        else:
            meetings.append(Meeting(path, base, ours, theirs))
    touched = {*texts, *removed}
    moved = sorted(path for path in {*before, *now} - touched if before.get(path) != now.get(path))
    return Arrival(tuple(meetings), tuple(settled), tuple(moved))


def place_of(path: str, data: bytes | None, files: Files) -> str:
    """Where a file lies now: at its path, or where the same process or form does; else its path."""
    wanted = identity(path, data) if data is not None and path not in files else None
    if wanted is None:
        return path
    return next((other for other, d in files.items() if identity(other, d) == wanted), path)
