"""Compensation and transactions: what is joined wrongly would never run, and is told."""

import pytest

from checks.support import codes, together, told

GOOD = """
start a
user b
user h isForCompensation=true
boundary k on b compensate=1
k ~ h
throw w compensate=1
end z
a -> b -> w -> z
"""


def test_a_handler_and_an_event_that_needs_it_have_nothing_to_tell() -> None:
    assert codes(GOOD) == []
    assert codes(GOOD.replace("w compensate=1", "w compensate=b")) == []
    assert codes(GOOD.replace("k ~ h", "h ~ k")) == []
    assert codes(GOOD.replace("throw w", "end w").replace(" -> z", "").replace("end z", "")) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("k ~ h", "", {("compensation-handler-missing", "k"),
                       ("compensation-handler-unused", "h")}),
        ("user h isForCompensation=true", "user h", {("compensation-handler-missing", "k"),
                                                     ("unreachable", "h"), ("no-way-to-end", "h")}),
        ("k ~ h", "k ~ h\nk -> z", {("compensation-with-flow", "k")}),
        ("k ~ h", "k ~ h\nh -> z", {("compensation-with-flow", "h")}),
        ("k ~ h", "k ~ h\ntimer t on h P1D\nt -> z", {("compensation-with-flow", "h")}),
        ("k ~ h", "k ~ h\nuser i isForCompensation=true\nboundary j on b compensate=1\nj ~ i",
         {("compensation-twice", "k"), ("compensation-twice", "j")}),
        ("w compensate=1", "w compensate=a", {("compensation-target", "w")}),
        ("w compensate=1", "w compensate=weg", {("compensation-target", "w")}),
        ("w compensate=1", "w compensate=h", {("compensation-target", "w")}),
        ("boundary k on b compensate=1\nk ~ h", "",
         {("compensation-handler-unused", "h"), ("compensation-nothing", "w")}),
    ],
)  # fmt: skip
def test_tells_what_would_never_run(
    before: str, after: str, expected: set[tuple[str, str]]
) -> None:
    assert before in GOOD
    assert set(codes(GOOD.replace(before, after))) & expected == expected - {("no-way-to-end", "h")}


def test_an_activity_of_another_level_can_not_be_named() -> None:
    inner = GOOD.replace("throw w compensate=1", "sub s {\nstart s1\nthrow w compensate=b\n"
                         "end s2\ns1 -> w -> s2\n}").replace("-> w -> z", "-> s -> z")  # fmt: skip
    assert codes(inner) == [("compensation-target", "w")]
    handler = "sub s triggeredByEvent=true {\nstart s1 error=f\nthrow w compensate=b\nend s2\n"
    beside = GOOD.replace("throw w compensate=1", f"{handler}s1 -> w -> s2\n}}").replace(
        "-> w -> z", "-> z"
    )
    assert codes('<bpmn:error id="f" errorCode="f" />' + beside) == []


SUB = """
start a
sub s {
start s1
user s2
end s3
s1 -> s2 -> s3
sub k triggeredByEvent=true {
start k1 compensate=1
end k2
k1 -> k2
}
}
throw w compensate=s
end z
a -> s -> w -> z
"""


def test_a_compensation_event_sub_process_belongs_to_something_that_can_be_undone() -> None:
    assert codes(SUB) == []
    outer = "start a\nuser b\nend z\na -> b -> z\nsub k triggeredByEvent=true {\n" \
        "start k1 compensate=1\nend k2\nk1 -> k2\n}"  # fmt: skip
    assert codes(outer) == [("compensation-never", "k1")]
    caller = "start a\ncall b calledElement=ziel\nend z\na -> b -> z"
    assert told(together({"ruf": caller, "ziel": outer})) == []
    twice = SUB + "user h isForCompensation=true\nboundary e on s compensate=1\ne ~ h\n"
    assert codes(twice) == [("compensation-twice", "e")]


TRANSACTION = """
start a
transaction t {
start t1
user t2
end t3 cancel=1
end t4
t1 -> t2 -> t4
t2 -> t3 if ja == true
}
boundary r on t cancel=1
end y
end z
a -> t -> z
r -> y
"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("boundary r on t cancel=1", "", [("cancel-boundary-missing", "t")]),
        ("boundary r on t cancel=1", "boundary r on t cancel=1 not",
         [("boundary-cancel-not-interrupting", "r")]),
        ("boundary r on t cancel=1", "boundary r on t cancel=1\nboundary q on t cancel=1\nq -> y",
         [("cancel-boundary-missing", "t")]),
        ("transaction t {", "transaction t method=##Compensate {", []),
        ("transaction t {", "transaction t method=##Store {", [("transaction-method", "t")]),
    ],
)  # fmt: skip
def test_a_transaction_can_leave_by_its_boundary(
    before: str, after: str, expected: list[tuple[str, str]]
) -> None:
    text = TRANSACTION.replace("ja == true", "heute == heute")
    found = [one for one in codes(text.replace(before, after)) if one[1] in ("t", "r", "q")]
    assert found == expected


def test_only_a_transaction_can_be_cancelled() -> None:
    found = codes(TRANSACTION.replace("transaction t", "sub t"))
    assert ("event-unsupported", "t3") in found and ("event-unsupported", "r") in found


def test_a_handler_reads_what_any_way_may_have_given() -> None:
    script = GOOD.replace("user h isForCompensation=true", "script h script='y = x' "
                          "isForCompensation=true")  # fmt: skip
    assert codes(script) == [("name-unknown", "h")]
    assert codes(script.replace("user b", "script b script='x = 1'")) == [("name-not-always", "h")]
