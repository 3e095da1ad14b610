"""The errors of pikflow: a small tree with stable codes; only web/ knows about HTTP.

Every message is German, calm, and says what happened; the hint says what to do next.
Messages carry no personal data.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning", "information"]


class PikFlowError(Exception):
    """Base of all errors pikflow raises on purpose; `code` is stable across releases."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class NotFound(PikFlowError):
    """The thing does not exist, or this actor may not know that it does."""


class Refused(PikFlowError):
    """A rule forbids the command: not permitted, not open, four eyes, not yet due."""


class Conflict(Refused):
    """Somebody else was faster: done, claimed, or changed since the page was shown."""


class DatabaseBusy(Conflict):
    """The database can't do it now. `passing`: an immediate repetition may succeed; `undone`:
    certainly nothing was stored, which only a connection lost during the commit leaves open."""

    def __init__(
        self, code: str, message: str, hint: str = "", *, passing: bool = False, undone: bool = True
    ) -> None:
        super().__init__(code, message, hint)
        self.passing = passing
        self.undone = undone


class Invalid(PikFlowError):
    """The input can't be taken as it is."""


class EngineFault(PikFlowError):
    """A process can't go on: step limit, expression fault, state of another version."""


class ConnectorFault(PikFlowError):
    """A service task's outside call failed; `temporary` says whether a retry can help."""

    def __init__(self, code: str, message: str, hint: str = "", *, temporary: bool = True) -> None:
        super().__init__(code, message, hint)
        self.temporary = temporary


@dataclass(frozen=True)
class Finding:
    """One remark of a check.

    `line` is 1-based, 0 when the file as a whole is meant; `element` is a BPMN element id or a
    form path, "" when there is none; `code` is stable; `message` says what is wrong in German,
    `hint` what to do.
    """

    file: str
    line: int
    element: str
    severity: Severity
    code: str
    message: str
    hint: str = ""

    def as_dict(self) -> dict[str, str | int]:
        return asdict(self)


class DefinitionInvalid(Invalid):
    """BPMN, DMN or form files have findings of severity error; nothing was stored."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        first = next((f for f in self.findings if f.severity == "error"), None)
        text = first.message if first else "Die Dateien sind fehlerhaft."
        super().__init__("definition-invalid", text, first.hint if first else "")
