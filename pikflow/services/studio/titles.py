"""What a definition file calls itself."""

import hashlib
import re

from pikflow.engine.cache import Cache
from pikflow.engine.decisions.library import decisions_of
from pikflow.engine.definition import models_of
from pikflow.errors import DefinitionInvalid
from pikflow.services.deployments import kind_of, text_of

_LONGEST = 200  # characters
_TITLES: "Cache[str]" = Cache(1000)
_TITLE = re.compile(r"^title:(.*)$", re.MULTILINE)
_ID = re.compile(r"^id:\s*(\S+)", re.MULTILINE)
_GERMAN = re.compile(r"\bde:\s*(?:\"([^\"]*)\"|'([^']*)'|([^,}\n]*))")


def title_of(path: str, data: bytes) -> str:
    """The German title or name in a file; its file name when it says none or can't be read."""
    digest = hashlib.sha256(data).hexdigest()
    found = _TITLES.get(f"{kind_of(path, data)}-{digest}", lambda: _read(path, data))
    return found[:_LONGEST] or path.rpartition("/")[2]


def _read(path: str, data: bytes) -> str:
    kind = kind_of(path, data)
    if kind == "bpmn":
        return _process_names(path, data)
    if kind == "dmn":
        return _decision_names(path, data)
    return _form_title(text_of(data)) if kind == "form" else ""


def _process_names(path: str, data: bytes) -> str:
    try:
        models = models_of({path: data})
    except DefinitionInvalid:
        return ""
    return ", ".join(process.label for model in models for process in model.processes.values())


def _decision_names(path: str, data: bytes) -> str:
    try:
        return ", ".join(one.label for one in decisions_of({path: data}))
    except DefinitionInvalid:
        return ""


def _form_title(text: str) -> str:
    """Looked for in the text: a form with mistakes has a title too."""
    line = _TITLE.search(text)
    named = _ID.search(text)
    if line is None:
        return named.group(1) if named else ""
    rest = line.group(1).strip() or text[line.end() :].lstrip("\n").split("\n", 1)[0]
    german = _GERMAN.search(rest)
    if german is None:
        return rest.strip("\"' ")
    return next(part for part in german.groups() if part is not None).strip()
