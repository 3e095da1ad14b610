"""What a journey says that holds after a step, compared with the case as it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pikflow.errors import NotFound, PikFlowError
from pikflow.services.journeys.journey_files import STATES, Journey, Step, equal
from pikflow.services.submissions import AnswersInvalid
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord
from pikflow.values import plain

Check = Callable[[Any], tuple[bool, str]]


class Mismatch(Exception):  # noqa: N818 - it is the result of a comparison
    """A step did not go as the journey says."""

    def __init__(self, step: Step, expected: str, found: str) -> None:
        super().__init__(f"{expected} / {found}")
        self.step = step
        self.expected = expected
        self.found = found

    def told(self, journey: Journey) -> str:
        """File, step, what was expected and what was found."""
        return (
            f"{journey.file}:{self.step.line}, {self.step.title}:\n"
            f"  erwartet: {self.expected}\n  gefunden: {self.found}"
        )


@dataclass(frozen=True)
class Situation:
    """A case with its open tasks and its child cases."""

    case: CaseRecord
    tasks: list[TaskRecord]
    children: list[CaseRecord]


def compare(
    step: Step, entry: Mapping[str, Any], found: Situation, people: Mapping[str, Check]
) -> None:
    """Raise Mismatch for the first thing that is not as `entry` says; `people` holds the checks
    that need to ask as a person."""
    case = found.case
    checks: dict[str, Check] = {
        "offen": lambda want: same_names(want, [t.name for t in found.tasks]),
        "unter_anderem": lambda want: _some_names(want, [t.name for t in found.tasks]),
        "stand": lambda want: (case.state in STATES[want], case.state),
        "ergebnis": lambda want: (case.outcome == want, case.outcome or "keines"),
        "phase": lambda want: (case.phase == want, case.phase),
        "betrag": lambda want: (equal(case.amount, want), str(case.amount)),
        "frist": lambda want: _dues(want, {t.name: t.due for t in found.tasks}),
        "daten": lambda want: _data(want, case.data),
        "kinder": lambda want: _children(want, found.children),
        **people,
    }
    for key, want in entry.items():
        if key in checks:
            held, seen = checks[key](want)
            if not held:
                raise Mismatch(step, f"{case.number}: {key} = {_shown(want)}", f"{key} = {seen}")


def compare_refusal(step: Step, fault: PikFlowError) -> None:
    """Raise Mismatch unless the step is meant to be refused this way."""
    wanted = step.given.get("abgelehnt")
    found = f"{fault.code}: {fault.message}"
    if isinstance(fault, AnswersInvalid):
        found += "".join(f"\n    {path}: {text}" for path, text in fault.errors.items())
    if wanted is None:
        raise Mismatch(step, "gelingt", found) from fault
    kind = "not-found" if isinstance(fault, NotFound) else fault.code
    if wanted not in (kind, fault.code):
        raise Mismatch(step, f"abgelehnt: {wanted}", found) from fault
    fields = step.given.get("fehler") or []
    if fields and isinstance(fault, AnswersInvalid):
        missing = [name for name in fields if name not in fault.errors]
        if missing:
            raise Mismatch(step, f"Fehler an {', '.join(missing)}", found) from fault


def same_names(want: Any, found: list[str]) -> tuple[bool, str]:
    """Whether exactly these names were found, whatever their order; and what was."""
    names = [str(name) for name in (want if isinstance(want, list) else [want])]
    return sorted(names) == sorted(found), ", ".join(sorted(found)) or "nichts"


def _some_names(want: Any, found: list[str]) -> tuple[bool, str]:
    names = [str(name) for name in (want if isinstance(want, list) else [want])]
    return all(name in found for name in names), ", ".join(sorted(found)) or "nichts"


def _dues(want: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[bool, str]:
    held = all(equal(found.get(name), day) for name, day in want.items())
    return held, ", ".join(f"{name}: {day}" for name, day in found.items() if name in want)


def _data(want: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[bool, str]:
    found = {name: look_up(data, name) for name in want}
    wrong = {name: found[name] for name in want if not equal(found[name], want[name])}
    return not wrong, _shown(wrong)


def look_up(data: Any, dotted: str) -> Any:
    """The value under a dotted name; a number counts into a list."""
    for name in dotted.split("."):
        if isinstance(data, Mapping):
            data = data.get(name)
        elif isinstance(data, list) and name.isdecimal() and int(name) < len(data):
            data = data[int(name)]
        else:
            return None
    return data


def _children(want: Any, below: list[CaseRecord]) -> tuple[bool, str]:
    if isinstance(want, Mapping):
        counts = {
            state: sum(1 for case in below if case.state in STATES[state]) for state in STATES
        }
        return all(counts.get(key) == number for key, number in want.items()), _shown(counts)
    return len(below) == want, str(len(below))


def _shown(value: Any) -> str:
    value = plain(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {item}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
