"""Which editors there are for which kind of file, and the address of a place in a file."""

from dataclasses import dataclass

from flask import url_for

from pikflow.errors import Finding
from pikflow.web.words import later


@dataclass(frozen=True)
class Editor:
    """A page that edits files of some kinds. `endpoint` takes `design` and `path`, and as query
    `element` (what a finding is about) and `zeile` (its line)."""

    endpoint: str
    label: str
    kinds: tuple[str, ...]


ALL = ("bpmn", "dmn", "form", "catalog", "parameters", "terms", "journey", "people", "")
# For each kind the first one is opened by a click on the file; the text editor takes them all.
EDITORS = (
    Editor("pik.studio_steps", later("Schritte"), ("bpmn",)),
    Editor("pik.studio_form", later("Formular"), ("form",)),
    Editor("pik.studio_diagram", later("Diagramm"), ("bpmn",)),
    Editor("pik.studio_table", later("Tabelle"), ("dmn",)),
    Editor("pik.studio_dmn", later("DMN-Editor"), ("dmn",)),
    Editor("pik.studio_text", later("Text"), ALL),
)


def editors_for(kind: str) -> tuple[Editor, ...]:
    """The editors of a kind of file, the usual one first."""
    return tuple(editor for editor in EDITORS if kind in editor.kinds)


def address(design: int, path: str, kind: str, finding: Finding | None = None) -> str:
    """The file in its usual editor; of a finding the place it is about."""
    element = finding.element or None if finding else None
    line = finding.line or None if finding else None
    endpoint = editors_for(kind)[0].endpoint
    return url_for(endpoint, design=design, path=path, element=element, zeile=line)
