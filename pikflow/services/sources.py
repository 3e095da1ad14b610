"""Definition files on disk: which a path means, and what is in them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pikflow import bundle
from pikflow.engine.definition import models_of
from pikflow.engine.xml import LIMIT, PIK
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.services.deployments import kind_of

SUFFIXES = (".bpmn", ".dmn", ".yaml", ".yml")


def read(
    paths: Iterable[Path], *, suffixes: tuple[str, ...] = SUFFIXES
) -> tuple[dict[str, bytes], list[Finding]]:
    """The files (path as given -> content) that paths stand for, and what can't be read.

    A folder gives all files below it that end in one of the `suffixes`; a file is taken whatever
    its ending. Of what is larger than any file may be, only as much is read as shows it.
    """
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in paths:
        if path.is_dir():
            entries = sorted(path.rglob("*"))
            found = [e for e in entries if e.suffix.lower() in suffixes and not e.is_dir()]
        else:
            found = [path]
        for entry in found:
            if not is_named(entry):
                findings.append(_unnamed(entry))
                continue
            try:
                with entry.open("rb") as stream:
                    files[entry.as_posix()] = stream.read(LIMIT + 1)
            except OSError as fault:
                findings.append(_unreadable(entry, fault))
    return files, findings


def is_named(path: Path) -> bool:
    """Whether the path is text; on disk it can be any bytes."""
    return not any("\ud800" <= sign <= "\udfff" for sign in str(path))


def _unnamed(path: Path) -> Finding:
    name = path.as_posix().encode("utf-8", errors="replace").decode()
    return Finding(
        name, 0, "", "error", "file-name", f"Der Name der Datei „{name}“ ist kein Text in UTF-8.",
        "Benennen Sie die Datei um.",
    )  # fmt: skip


def bundled() -> dict[str, bytes]:
    """The processes and forms that come with pikflow, without their journeys."""
    files = {}
    for folder in (bundle.workflows_path(), bundle.forms_path()):
        for path, data in read([folder])[0].items():
            relative = Path(path).relative_to(folder)
            if relative.parts[0] != "journeys":
                files[f"{folder.name}/{relative.as_posix()}"] = data
    return files


def concerning(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The bundled files that others can have to do with.

    Processes that say nothing in our names, call none of the bundled ones and are called by none
    only need the catalog, which knows the lanes.
    """
    beside = bundled()
    if any(_speaks_ours(path, data) for path, data in files.items()):
        return beside
    ids = {f'"{key}"'.encode() for path, data in files.items() for key in _processes(path, data)}
    kinds = {path: kind_of(path, data) for path, data in beside.items()}
    shared = (d for path, d in beside.items() if kinds[path] in ("bpmn", "catalog"))
    if any(key in data for data in shared for key in ids):
        return beside
    return {path: data for path, data in beside.items() if kinds[path] == "catalog"}


def _speaks_ours(path: str, data: bytes) -> bool:
    kind = kind_of(path, data)
    return (
        PIK.encode() in data
        if kind == "bpmn"
        else kind in ("form", "catalog", "parameters", "terms")
    )


def _processes(path: str, data: bytes) -> set[str]:
    """The ids of the processes in a file and of those it calls; none when it can't be read."""
    try:
        models = models_of({path: data}) if kind_of(path, data) == "bpmn" else ()
    except DefinitionInvalid:
        return set()
    nodes = (n for m in models for p in m.processes.values() for n in p.nodes.values())
    return {*(key for m in models for key in m.processes), *(n.called for n in nodes if n.called)}


def _unreadable(path: Path, fault: OSError) -> Finding:
    missing = isinstance(fault, FileNotFoundError)
    what = "gibt es nicht" if missing else "kann nicht gelesen werden"
    return Finding(
        path.as_posix(), 0, "", "error", "file-missing" if missing else "file-unreadable",
        f"Die Datei „{path.name}“ {what}.", "Prüfen Sie Pfad und Rechte.",
    )  # fmt: skip
