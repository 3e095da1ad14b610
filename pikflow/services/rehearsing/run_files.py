"""The files of a rehearsal: read from disk, checked as a deployment is."""

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from pikflow.errors import DefinitionInvalid, Finding
from pikflow.services import sources
from pikflow.services.checking import check, merged
from pikflow.services.deployments import kind_of

# Nobody signs in, data and answers may bring any name, a service task can be completed by hand.
_ANYWAY = ("name-", "lane-", "task-without-lane", "connector-unknown", "connector-not-named")


def checked(paths: Iterable[str | PathLike[str]]) -> dict[str, bytes]:
    """The files paths stand for (folders with all below them), without journeys.

    Raises DefinitionInvalid with all findings when one keeps the processes from running.
    """
    files, findings = sources.read(Path(path) for path in paths)
    files = merged({}, files)
    findings += check(files, connectors=frozenset())
    found = [finding for finding in findings if not finding.code.startswith(_ANYWAY)]
    if not found and "bpmn" not in (kind_of(path, data) for path, data in files.items()):
        message = "In den Dateien ist kein Prozess."
        found.append(Finding("", 0, "", "error", "process-missing", message))
    if any(finding.severity == "error" for finding in found):
        raise DefinitionInvalid(found)
    return files
