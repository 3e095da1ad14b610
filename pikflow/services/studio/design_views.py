"""What a design looks like from outside: plain data for pages and scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pikflow.errors import Conflict, Finding
from pikflow.services.studio.choices import Choices
from pikflow.services.studio.known_names import Name
from pikflow.texts import say


@dataclass(frozen=True)
class DesignHead:
    """A line of the list. `state` is open, deployed or discarded; `mine`: the actor owns it;
    `changed` counts the files it changes; `deployment` what it became."""

    id: int
    title: str
    owner: str
    mine: bool
    shared: bool
    state: str
    changed: int
    created_at: datetime
    changed_at: datetime
    deployment: int | None


@dataclass(frozen=True)
class FileHead:
    """A file of a design. `state`: same (as deployed), new, changed or removed; `version` 0 when
    nobody touched it; `title` is what the file calls itself; `by` and `at` the last change."""

    path: str
    kind: str
    title: str
    state: str
    version: int
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Presence:
    """Somebody else who is at work in a design; `path` is the file that person has open, or ""."""

    name: str
    path: str
    at: datetime


@dataclass(frozen=True)
class DesignChange:
    """An entry of the log; `command` is a key of WORDS["design"] in web/words.py."""

    id: int
    command: str
    path: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class DesignView:
    """`base` is the deployment the design builds on (None: there was none), `newest` the one that
    counts now; `seen` the id of the last change, by which a later one is noticed; `present`
    are the others who are here; `changes` the log, newest first."""

    id: int
    title: str
    owner: str
    mine: bool
    shared: bool
    state: str
    base: int | None
    newest: int | None
    seen: int
    files: tuple[FileHead, ...]
    present: tuple[Presence, ...]
    changes: tuple[DesignChange, ...]
    deployment: int | None = None

    @property
    def behind(self) -> bool:
        """Whether another deployment came since the design began or caught up."""
        return self.state == "open" and self.newest != self.base

    @property
    def touched(self) -> tuple[FileHead, ...]:
        """The files that differ from what is deployed."""
        return tuple(file for file in self.files if file.state != "same")


@dataclass(frozen=True)
class DesignFile:
    """One file with its content. `version` counts its changes in this design, 0: none yet;
    `changed`: it differs from what is deployed; `removed`: it is gone, `data` is empty."""

    path: str
    data: bytes
    version: int
    kind: str = ""
    changed: bool = False
    removed: bool = False
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class FileVersion:
    """A version of a file: who made it when; `state` is changed, removed or base."""

    version: int
    state: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Meeting:
    """A file that was changed here and in a newer deployment. Contents are None where the file is
    gone; `base` is what both began with."""

    path: str
    base: bytes | None
    ours: bytes | None
    theirs: bytes | None


@dataclass(frozen=True)
class Step:
    """What a deployment changes in one file: new, changed or removed; its content before and
    after where that is known, None where there is none."""

    path: str
    kind: str
    title: str
    change: str
    before: bytes | None = field(default=None, repr=False)
    after: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Plan:
    """What deploying a design would do. `seen` is the last change of the design and `newest` the
    deployment this was worked out for; `processes` get a new version: (name, version);
    with `meetings` or findings of severity error it can't be deployed."""

    seen: int
    newest: int | None
    steps: tuple[Step, ...]
    processes: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]
    meetings: tuple[Meeting, ...]

    @property
    def ready(self) -> bool:
        broken = any(finding.severity == "error" for finding in self.findings)
        return bool(self.steps) and not self.meetings and not broken


@dataclass(frozen=True)
class Look:
    """What a check found while somebody types: the findings of all files, the names known at each
    element of the file that is typed (empty for other kinds than BPMN), the kind of each file,
    and what all files together offer to choose from."""

    findings: tuple[Finding, ...]
    names: Mapping[str, tuple[Name, ...]]
    kinds: Mapping[str, str]
    choices: Choices = Choices()


@dataclass(frozen=True)
class TakenIn:
    """What an import brought: paths that are new, changed, or the same as before; `skipped` are
    names of a ZIP that are no definition files."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeploymentHead:
    """One deployment so far: who, when, why, and what it changed in the one before."""

    id: int
    hash: str
    at: datetime
    by: str
    reason: str
    steps: tuple[Step, ...]
    current: bool = False


class FileChanged(Conflict):
    """Somebody saved the file since it was opened: `file` is what is stored now; what was to be
    saved is still with whoever wanted to."""

    def __init__(self, file: DesignFile) -> None:
        super().__init__(
            "design-file-changed",
            say(
                "{who} hat „{path}“ inzwischen geändert.",
                who=file.by or say("Eine andere Person"),
                path=file.path,
            ),
            say("Ihr Text ist nicht gespeichert und nicht verloren. Vergleichen Sie beide Texte."),
        )
        self.file = file
