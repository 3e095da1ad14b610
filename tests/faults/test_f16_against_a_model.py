"""F16: random commands by random people, compared after each with a model of three variables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from unit.services.world import ANTRAG, PEOPLE, World

from pikflow.errors import PikFlowError

KREISE = {"kreis1": "k1", "kreis1b": "k1", "kreis2": "k2"}
OFFICE = ("amt1", "amt2")
TASKS = {"fill": "Antrag ausfüllen", "review": "Antrag prüfen", "release": "Entscheidung freigeben"}
DAYS = 30  # the diagram's deadline for filling in


@dataclass
class Expected:
    """Where a case stands: a key of TASKS, or the outcome it ended with."""

    owner: str
    stands: str = "fill"
    ended: bool = False
    left: int = DAYS  # days until the deadline while it is filled in
    holder: str = ""  # who claimed the open task
    reviewers: frozenset[str] = frozenset()  # all who reviewed it: four eyes are for ever


def machine(fresh: Callable[[], World], ends: set[str]) -> type[RuleBasedStateMachine]:
    """The machine, on worlds of this kind; it notes the ends that were reached."""

    class Cases(RuleBasedStateMachine):
        numbers = Bundle("numbers")

        @initialize()
        def begin(self) -> None:
            self.world = fresh()
            self.expected: dict[str, Expected] = {}
            self.clicks = 0

        def attempt(self, command: Callable[[], Any]) -> str:
            """The refusal's code, or nothing."""
            try:
                command()
            except PikFlowError as refusal:
                return refusal.code
            return ""

        def task_id(self, number: str) -> str:
            """The id of the case's open task, as its page shows it to somebody who reads all."""
            (task,) = self.world.services.cases.view(PEOPLE["land1"], number).tasks
            return str(task.id)

        @rule(target=numbers, who=st.sampled_from(sorted(KREISE)))
        def start(self, who: str) -> str:
            number = self.world.start(who)
            owner = KREISE[who]
            if number not in self.expected:
                assert all(e.owner != owner for e in self.expected.values()), "a second case"
                self.expected[number] = Expected(owner)
            assert self.expected[number].owner == owner
            return number

        @rule(number=numbers, who=st.sampled_from([*KREISE, *OFFICE, "gemeinde11"]))
        def claim(self, number: str, who: str) -> None:
            case = self.expected[number]
            if case.ended:
                return
            task_id = self.task_id(number)
            refused = self.attempt(lambda: self.world.services.tasks.claim(PEOPLE[who], task_id))
            if not self.may(case, who):
                assert refused
            elif case.holder in ("", who):
                assert not refused
                case.holder = who
            else:
                assert refused == "task-claimed"

        def may(self, case: Expected, who: str) -> bool:
            if case.stands == "fill":
                return KREISE.get(who) == case.owner
            return who in OFFICE and not (case.stands == "release" and who in case.reviewers)

        @rule(
            number=numbers,
            who=st.sampled_from([*KREISE, *OFFICE, *OFFICE, "gemeinde11"]),
            good=st.booleans(),
            twice=st.booleans(),
        )
        def complete(self, number: str, who: str, good: bool, twice: bool) -> None:
            case = self.expected[number]
            if case.ended:
                return
            task_id, key = self.task_id(number), self.click()
            answers = {
                "fill": ANTRAG,
                "review": {"ergebnis": "gut" if good else "nachfordern"},
                "release": {"freigegeben": True},
            }[case.stands]

            def give() -> Any:
                tasks = self.world.services.tasks
                return tasks.complete(PEOPLE[who], task_id, answers, key=key)

            refused = self.attempt(give)
            if not self.may(case, who) or case.holder not in ("", who):
                assert refused
                return
            assert not refused, refused
            if twice:
                assert give().repeated
            self.go_on(case, who, good)

        @rule(number=numbers, pick=st.integers(0, 9), twice=st.booleans())
        def complete_rightly(self, number: str, pick: int, twice: bool) -> None:
            """By somebody who may, mostly with the answer that leads on."""
            case = self.expected[number]
            free = [who for who in (*KREISE, *OFFICE) if self.may(case, who)]
            holder = [case.holder] if case.holder in free else free
            if not free or (case.holder and case.holder not in free):
                return
            self.complete(number, holder[pick % len(holder)], pick < 8, twice)

        def go_on(self, case: Expected, who: str, good: bool) -> None:
            case.holder = ""
            if case.stands == "fill":
                case.stands = "review"
            elif case.stands == "review":
                case.reviewers |= {who}
                case.stands, case.left = ("release", DAYS) if good else ("fill", DAYS)
            else:
                case.stands, case.ended = "Bewilligt", True

        def teardown(self) -> None:
            ends.update(case.stands for case in self.expected.values() if case.ended)

        def click(self) -> str:
            self.clicks += 1
            return f"click-{self.clicks}"

        @rule(number=numbers, who=st.sampled_from([*KREISE, "amt1"]))
        def withdraw(self, number: str, who: str) -> None:
            case = self.expected[number]
            view = self.attempt(lambda: self.world.services.cases.view(PEOPLE[who], number))
            offers = () if view else self.world.services.cases.view(PEOPLE[who], number).offers
            offered = case.stands == "review" and KREISE.get(who) == case.owner
            assert bool(offers) == offered
            if not offered:
                return
            answers = {"grund": "Entfällt"}
            self.world.services.events.send(PEOPLE[who], number, offers[0].id, answers)
            case.stands, case.ended = "Zurückgezogen", True

        @rule(days=st.integers(1, 40))
        def wait(self, days: int) -> None:
            self.world.clock.move(days=days)
            self.world.services.jobs.run_due()
            for case in self.expected.values():
                if case.stands == "fill":
                    case.left -= days
                    if case.left <= 0:
                        case.stands, case.ended = "Verfristet", True

        @invariant()
        def every_case_stands_where_the_model_says(self) -> None:
            for number, case in getattr(self, "expected", {}).items():
                view = self.world.services.cases.view(PEOPLE["land1"], number)
                names = [task.name for task in view.tasks]
                assert names == ([] if case.ended else [TASKS[case.stands]])
                assert view.head.state == ("completed" if case.ended else "open")
                assert view.head.outcome == (case.stands if case.ended else "")

        @invariant()
        def each_inbox_counts_what_is_open(self) -> None:
            open_now = [e for e in getattr(self, "expected", {}).values() if not e.ended]
            for who in ("kreis1", "kreis2", "amt1"):
                mine = [e for e in open_now if self.in_inbox(e, who)]
                assert self.world.services.tasks.inbox(PEOPLE[who], view="all").total == len(mine)

        def in_inbox(self, case: Expected, who: str) -> bool:
            if case.stands == "fill":
                return KREISE.get(who) == case.owner
            return who in OFFICE

    return Cases


def test_random_commands_end_where_the_model_says(
    fresh: Callable[[], World], long: bool, ledger: Any
) -> None:
    examples, ends = 200 if long else 12, set[str]()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine(fresh, ends),
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            derandomize=True,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],  # to shrink a find takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    ways = {"Bewilligt", "Zurückgezogen"} | ({"Verfristet"} if long else set())
    assert ends >= ways, "not every way was walked"
    ledger(runs=examples)
