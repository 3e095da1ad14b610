"""Findings of a check as pages show them: by file, errors first, each with a way to its place."""

from collections.abc import Iterable
from dataclasses import dataclass

from pikflow.errors import Finding
from pikflow.services.studio.design_views import DesignView
from pikflow.web.studio.editors import address

_ORDER = {"error": 0, "warning": 1, "information": 2}


@dataclass(frozen=True)
class Place:
    """A finding and the address of what it is about."""

    finding: Finding
    url: str


@dataclass(frozen=True)
class FileFindings:
    """The findings of one file; `touched` says whether this design changed it."""

    path: str
    title: str
    kind: str
    touched: bool
    places: tuple[Place, ...]


def grouped(view: DesignView, findings: Iterable[Finding]) -> list[FileFindings]:
    """The findings by file: files with errors first, of these the touched ones."""
    heads = {file.path: file for file in view.files}
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    found = []
    for path, listed in by_file.items():
        head = heads.get(path)
        kind = head.kind if head else ""
        listed.sort(key=lambda one: (_ORDER[one.severity], one.line))
        found.append(
            FileFindings(
                path,
                head.title if head else path,
                kind,
                head is not None and head.state != "same",
                tuple(
                    Place(one, address(view.id, path, kind, one) if head else "") for one in listed
                ),
            )
        )
    found.sort(key=lambda one: (_ORDER[one.places[0].finding.severity], not one.touched, one.path))
    return found


def places_in(view_id: int, path: str, kind: str, findings: Iterable[Finding]) -> list[Place]:
    """The findings of one file."""
    mine = [one for one in findings if one.file == path]
    mine.sort(key=lambda one: (_ORDER[one.severity], one.line))
    return [Place(one, address(view_id, path, kind, one)) for one in mine]
