"""Definition files on disk: which a path means, and what is in them."""

from collections.abc import Iterable
from pathlib import Path

from pikflow import bundle
from pikflow.errors import Finding

SUFFIXES = (".bpmn", ".dmn", ".yaml", ".yml")


def read(paths: Iterable[Path]) -> tuple[dict[str, bytes], list[Finding]]:
    """The files (path as given -> content) that paths stand for, and what can't be read.

    A folder gives all BPMN, DMN and YAML files below it; a file is taken whatever its ending.
    """
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in paths:
        if path.is_dir():
            found = sorted(entry for entry in path.rglob("*") if entry.suffix.lower() in SUFFIXES)
        else:
            found = [path]
        for entry in found:
            try:
                files[entry.as_posix()] = entry.read_bytes()
            except OSError as fault:
                findings.append(_unreadable(entry, fault))
    return files, findings


def bundled() -> dict[str, bytes]:
    """The processes and forms that come with pikflow, without their journeys."""
    files = {}
    for folder in (bundle.workflows_path(), bundle.forms_path()):
        for path, data in read([folder])[0].items():
            relative = Path(path).relative_to(folder)
            if relative.parts[0] != "journeys":
                files[f"{folder.name}/{relative.as_posix()}"] = data
    return files


def _unreadable(path: Path, fault: OSError) -> Finding:
    missing = isinstance(fault, FileNotFoundError)
    what = "gibt es nicht" if missing else "kann nicht gelesen werden"
    return Finding(
        path.as_posix(), 0, "", "error", "file-missing" if missing else "file-unreadable",
        f"Die Datei „{path.name}“ {what}.", "Prüfen Sie Pfad und Rechte.",
    )  # fmt: skip
