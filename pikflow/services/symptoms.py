"""What `pikflow doctor` finds."""

from dataclasses import asdict, dataclass

from pikflow.errors import Severity


@dataclass(frozen=True)
class Symptom:
    """One thing that is not as it should be.

    `code` is stable (docs/operation.md lists them); `case` the number of the case and `subject`
    the id of the task, job, file or setting that is meant, "" when there is none. No personal data.
    """

    code: str
    message: str
    case: str = ""
    subject: str = ""
    severity: Severity = "error"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)
