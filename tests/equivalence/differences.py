"""Where SpiffWorkflow 3.2 runs a process otherwise than we do, each by its number.

B1 to B13 are told in docs/engine.md and shown in tests/unit/engine/test_library_bugs.py; B14 and
later were found here. Every entry has the smallest process that shows it. A difference that is not
listed fails the test, and so does a seed that no longer differs.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    """A difference: what the library does, what BPMN 2.0.2 says, and how to see it.

    `tree` and `seed` give the smallest example, `shows` matches what is different there (the left
    side is ours), `looks` what it may look like in other processes.
    """

    number: str
    library: str
    clause: str
    tree: str
    seed: int
    shows: str
    looks: str = ""

    def fits(self, difference: str) -> bool:
        return re.match(self.looks or self.shows, difference) is not None


NAMED = (
    Named(
        "B3",
        "each branch has a copy of the data, and the last copy wins also for what it did not write",
        "10.4.1: data objects belong to the process, all its elements see the same",
        "loop-after(and(task, task))",
        1,
        "data t6: 7 != 9$",
        r"data \w+: ",
    ),
    Named(
        "B4",
        "a parallel join in a loop fires although a branch is still open",
        "13.4.1: it takes one token from each incoming flow",
        "loop-after(and(task, task))",
        3,
        r"tasks: Counter\(\{\('t6', 0\): 1\}\) != Counter\(\{\('q11', 0\): 1, ",
    ),
    Named(
        "B6",
        "an activity that a signal from inside has interrupted is finished as well",
        "13.5.3: an interrupting event cancels the activity it is attached to",
        "border-signal-ends(sub(throw), task)",
        0,
        "completed u8: 0 != 1; completed z6: 0 != 1$",
        "completed [uvz]",
    ),
    Named(
        "B14",
        "the item of a multi-instance stays in the data; the next instance or round then fails",
        "13.3.7: the input item belongs to the instance",
        "many-sequential-list(task)",
        0,
        "WorkflowDataException: Multiinstance input item i1 already exists",
        "WorkflowDataException: Multiinstance input item",
    ),
    Named(
        "B15",
        "a border that does not interrupt hears only the first message or signal",
        "table 10.91: several of its handlers can run at the same time",
        "border-signal-stays-ends(sub(task), sequence(task, call(throw)))",
        9,
        r"tasks: .*; completed b7: 2 != 1$",
        r"tasks: .*; completed b\d+: ",
    ),
    Named(
        "B16",
        "what a cycle at the border has started ends with the activity; after the last repeat it "
        "still listens",
        "13.5.3: the handler's flow goes on beside the activity",
        "border-cycle-stays-ends(task, task)",
        5,
        r"tasks: Counter\(\{\('t4', 0\): 1\}\) != Counter\(\); done: False != True$",
        r"events b\d+: 0 != 1$|tasks: .* != Counter\(\)",
    ),
    Named(
        "B18",
        "a border event fails, or leaves timers behind, when it interrupts a multi-instance of "
        "sub-processes",
        "13.5.3: all its instances are cancelled",
        "border-timer-joins(many-parallel-list(sub(timer)), throw)",
        0,
        "TaskNotFoundException: ",
        r"TaskNotFoundException: |events c\d+: 0 != ",
    ),
    Named(
        "B19",
        "a multi-instance right behind a border event fails",
        "13.5.3: the flow from the event is followed like any other",
        "border-message-stays-ends(task, many-sequential-count-until(task))",
        5,
        "WorkflowException: Attempt to add non-predicted child",
    ),
    Named(
        "B20",
        "an inclusive join fires while a token can still come: behind an event-based gateway, "
        "behind a border event, in the second round of a loop",
        "13.4.3: it waits for every token that can reach it",
        "or(timer, task, sequence(race-message-timer(task, script), task))",
        0,
        "completed g4: 0 != 1; completed z37: 0 != 1$",
        r"tasks: .*; completed g\d+: 1 != 2|completed g\d+: 0 != 1; completed z",
    ),
)
BY_NUMBER = {named.number: named for named in NAMED}

# What is left out of every comparison, because it is on one side of almost every process: data
# lost, mixed up or left behind (B3, B14), borders that listen once (B15).
ALWAYS = {"B3", "B14", "B15"}

SEEDS = {
    **dict.fromkeys((60, 69, 137, 151, 219, 377), "B14"),
    **dict.fromkeys((91, 241, 263, 268, 369), "B19"),
    **dict.fromkeys((84, 170, 186, 342, 343), "B18"),
    **{54: "B16", 166: "B6", 202: "B20", 252: "B3", 261: "B15"},
}
