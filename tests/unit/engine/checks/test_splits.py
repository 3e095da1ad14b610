import pytest

from checks.support import check, codes, told

HEAD = "start a\nuser b pik:form=x\nxor c\nend y\nend z\na -> b -> c\n"


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ("c -> y if ja\nc -> z default", []),
        ("c -> y if ja\nc -> z if 1 > 2", [("default-flow-missing", "c")]),
        ("c -> y if ja\nc -> z", [("flow-condition-missing", "f4")]),
        ("c -> y\nc -> z", [("flow-condition-missing", "f3"), ("flow-condition-missing", "f4")]),
        ("c -> y\nc -> z default", [("flow-condition-missing", "f3")]),
        ("c -> y if ja\nc -> z default if nein", [("default-flow-condition", "f4")]),
    ],
)
def test_every_way_of_a_choice_has_a_condition_or_is_the_default(
    ways: str, expected: list[tuple[str, str]]
) -> None:
    assert codes(HEAD + ways) == expected


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ("ja", "not ja", "warning"),
        ("not ja", "ja", "warning"),
        ("x == 1", "x != 1", "warning"),
        ("x < 1", "x >= 1", "warning"),
        ("x > 1", "x <= 1", "warning"),
        ("x < 1", "x > 1", "error"),
        ("x == 1", "y != 1", "error"),
        ("ja", "nein", "error"),
        ("ja", "kaputt (", "error"),
    ],
)
def test_a_missing_default_weighs_less_when_the_conditions_are_contrary(
    one: str, other: str, severity: str
) -> None:
    found = check(HEAD + f"c -> y if {one}\nc -> z if {other}")
    assert [f.severity for f in found if f.code == "default-flow-missing"] == [severity]


def test_an_inclusive_split_needs_a_default_too() -> None:
    assert codes(HEAD.replace("xor", "or") + "c -> y if ja\nc -> z if nein") == [
        ("default-flow-missing", "c")
    ]


def test_a_join_needs_no_condition() -> None:
    assert codes("start a\nxor c\nend z\na -> c -> z") == []


def test_one_conditional_way_can_leave_a_case_stuck() -> None:
    assert codes("start a\nuser b pik:form=x\nxor c\nend z\na -> b -> c\nc -> z if ja") == [
        ("default-flow-missing", "c")
    ]


def test_the_default_is_one_of_the_ways_out() -> None:
    text = HEAD.replace("xor c", "xor c default=f1") + "c -> y if ja\nc -> z if nein"
    assert ("default-flow-unknown", "c") in codes(text)


def test_the_second_of_two_equal_conditions_is_never_taken() -> None:
    text = HEAD + "end x\nc -> y if ja\nc -> x if  ja\nc -> z default"
    assert codes(text) == [("flow-condition-duplicate", "f4")]


@pytest.mark.parametrize(
    "kind", ["user b", "start b", "script b script='x=1'", "sub b {\nstart i\nend o\ni -> o\n}"]
)
def test_ways_that_part_without_a_gateway_are_told(kind: str) -> None:
    before = "start a\na -> b\n" if not kind.startswith("start") else ""
    text = f"{before}{kind}\nend y\nend z\nb -> y\nb -> z"
    assert told(check(text), "warning") == [("implicit-split", "b")]
    assert told(check(text), "error") == []


STEP = "start a\nuser b{} pik:form=x\nend y\nend z\na -> b\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (STEP.format("") + "b -> y if ja\nb -> z", []),
        (STEP.format("") + "b -> y if ja\nb -> z default", []),
        (STEP.format("") + "b -> y if betrag > 5\nb -> z if betrag <= 5", [("warning", "b")]),
        (STEP.format("") + "b -> y if ja\nb -> z if nein", [("error", "b")]),
    ],
)
def test_conditions_after_a_step_need_a_default_where_none_may_hold(
    text: str, expected: list[tuple[str, str]]
) -> None:
    found = [(f.severity, f.element) for f in check(text) if f.code == "default-flow-missing"]
    assert found == expected
    assert not {code for code, _ in codes(text)} & {"conditional-flow", "implicit-split"}


def test_an_event_asks_no_condition() -> None:
    text = "start a\nuser b pik:form=x\nend z\nb -> z\na -> b if ja"
    assert ("conditional-flow", "f2") in codes(text)


def test_yes_and_no_leave_no_third_way() -> None:
    text = HEAD + "c -> y if ja == true\nc -> z if ja == false"
    assert told(check(text), "error") == []
    assert ("default-flow-missing", "c") in codes(text)
    text = HEAD + "c -> y if ja == true\nc -> z if ja == true"
    assert ("default-flow-missing", "c") in told(check(text), "error")


def test_conditions_belong_where_they_are_asked() -> None:
    text = "start a\nuser b pik:form=x\nand c\nend y\nend z\na -> b -> c\nc -> y if ja\nc -> z"
    assert codes(text) == [("flow-condition-ignored", "f3")]


@pytest.mark.parametrize(
    ("text", "starves"),
    [
        ("xor c\nuser d\nuser e\nc -> d if ja\nc -> e default\nd -> j\ne -> j\n", True),
        ("and c\nuser d\nuser e\nc -> d\nc -> e\nd -> j\ne -> j\n", False),
        ("or c\nuser d\nuser e\nc -> d if ja\nc -> e default\nd -> j\ne -> j\n", False),
        ("and c\nuser d\nc -> d -> j\nc -> j\n", False),
        ("user c\ntimer t on c P1D not\nuser d\nt -> d -> j\nc -> j\n", False),
        ("user c\ntimer t on c P1D\nuser d\nt -> d -> j\nc -> j\n", True),
        (
            "and c\nxor d\nuser e\nuser g\nc -> d\nc -> g\nd -> e if ja\nd -> j default\n"
            "e -> j\ng -> j\n",
            True,
        ),
        ("user c\nxor d\nc -> d -> j\nj2 -> d\n", False),
    ],
)
def test_a_parallel_join_must_be_able_to_get_all_its_tokens(text: str, starves: bool) -> None:
    more = "user j2\n" if "j2" in text else ""
    tail = "j -> j2\n" if more else "j -> z\n"
    whole = f"start a\nuser b pik:form=x\n{more}and j\nend z\na -> b -> c\n{text}{tail}"
    found = codes(whole)
    assert (("join-never-complete", "j") in found) is starves
