import pytest
from sketch import sketch

from checks.support import check, codes, together, told
from pikflow.engine.checks.timers import timer_fault

NAMED = """
<bpmn:message id="m" name="Rücknahme" />
<bpmn:signal id="s" name="Achtung" />
<bpmn:error id="f" name="Fehler" errorCode="f" />
<bpmn:escalation id="e" name="Hinweis" escalationCode="h" />
start a
user b
end y
end z
a -> b -> z
"""


@pytest.mark.parametrize(
    "text",
    ["P14D", "PT1H", "R3/P7D", "R/P1M", "2026-12-31", "2026-12-31T10:00:00Z", '"P14D"',
     "add_days(heute, 14)", 'date("2026-01-31")', "frist", "add_days(today(), 3)"],
)  # fmt: skip
def test_takes_iso_8601_and_expressions_as_time(text: str) -> None:
    assert timer_fault(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "14 Tage",
        "P14",
        "${frist}",
        "=frist",
        "2026-13-01",
        "R3/",
        "PT",
        "17",
        '"morgen"',
        "true",
        "1/0",
        "[1]",
    ],
)
def test_says_why_a_text_is_no_time(text: str) -> None:
    assert timer_fault(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("timer t on b P1D", []),
        ("timer t on b morgen-frueh( not", [("timer-invalid", "t")]),
        ("boundary t on b timer=", [("timer-missing", "t")]),
        ("timer t on b R3/P1D not", []),
        ("timer t on b R3/P1D", [("timer-cycle-once", "t")]),
        ("boundary t on b timer=R3/2026-01-01T08:00:00Z/P1D not", []),
        ("boundary t on b message=m", []),
        ("boundary t on b message=weg", [("message-missing", "t")]),
        ("boundary t on b signal=weg", [("signal-missing", "t")]),
        ("boundary t on b error=f", []),
        ("boundary t on b error=weg", [("error-missing", "t")]),
        ("boundary t on b error=f not", [("boundary-error-not-interrupting", "t")]),
        ("boundary t on b escalation=e not", []),
        ("boundary t on weg message=m", [("boundary-host-missing", "t")]),
        ("boundary t on a message=m", [("boundary-host-missing", "t")]),
        ("boundary t on b", [("event-without-trigger", "t")]),
        ("boundary t on b conditional=1", [("condition-missing", "t")]),
        ("boundary t on b terminate=1", [("event-unsupported", "t")]),
        ("boundary t on b message=m signal=s", [("event-multiple", "t")]),
        ("boundary t on b cancel=1", [("event-unsupported", "t")]),
    ],
)
def test_looks_at_boundary_events(line: str, expected: list[tuple[str, str]]) -> None:
    found = codes(f"{NAMED}{line.replace('morgen-frueh(', 'timer=morgen(')}\nt -> y")
    assert [entry for entry in found if entry != ("unreachable", "y")] == expected


def test_a_boundary_event_leads_somewhere() -> None:
    found = codes(f"{NAMED}timer t on b P1D\n".replace("end y\n", ""))
    assert sorted(found) == [("boundary-without-way", "t"), ("no-way-to-end", "t")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("catch c timer=P1D", []),
        ("catch c", [("event-without-trigger", "c")]),
        ("catch c error=f", [("event-unsupported", "c")]),
        ("throw c", []),
        ("throw c message=m", []),
        ("throw c timer=P1D", [("event-unsupported", "c")]),
        ("throw c error=f", [("event-unsupported", "c")]),
        ("receive c", [("message-missing", "c")]),
        ("receive c messageRef=m", []),
        ("send c messageRef=weg", [("message-missing", "c")]),
        ("send c pik:connector=post pik:result=r", []),
    ],
)
def test_looks_at_events_between(line: str, expected: list[tuple[str, str]]) -> None:
    text = NAMED.replace("a -> b -> z", f"{line}\na -> b -> c -> z").replace("end y\n", "")
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("end x", []),
        ("end x error=f", []),
        ("end x message=m", []),
        ("end x terminate=1", []),
        ("end x error=", [("error-missing", "x")]),
        ("end x timer=P1D", [("event-unsupported", "x")]),
        ("end x cancel=1", [("event-unsupported", "x")]),
    ],
)
def test_looks_at_ends(line: str, expected: list[tuple[str, str]]) -> None:
    text = NAMED.replace("end y\n", f"{line}\n").replace("-> z", "-> x").replace("end z\n", "")
    assert codes(text) == expected


@pytest.mark.parametrize("kind", ["duration", "date", "cycle"])
@pytest.mark.parametrize("text", ["P1D", "2026-12-31", "R3/P1D"])
def test_a_time_is_what_it_says_it_is(kind: str, text: str) -> None:
    written = {"P": "duration", "2": "date", "R": "cycle"}[text[0]]
    data = sketch(f"{NAMED}timer t on b {text} not\nt -> y")
    tags = (f"time{written.title()}>".encode(), f"time{kind.title()}>".encode())
    assert codes(data.replace(*tags)) == ([] if kind == written else [("timer-kind", "t")])


def test_a_case_begins_by_a_person_or_an_event() -> None:
    for line, expected in (
        ("start a message=m", []),
        ("start a timer=P1D", []),
        ("start a signal=s", []),
        ("start a conditional=1", [("condition-missing", "a"), ("event-unsupported", "a")]),
        ("start a error=f", [("event-unsupported", "a")]),
        ("start a message=m signal=s", [("event-multiple", "a")]),
    ):
        assert codes(NAMED.replace("start a", line).replace("end y\n", "")) == expected


def test_nobody_is_the_applicant_of_a_case_the_clock_begins() -> None:
    text = NAMED.replace("start a", "start a timer=P1D").replace("end y\n", "")
    assert codes(text, lanes=set()) == [("start-by-timer", "a")]


def test_a_case_may_begin_at_several_events() -> None:
    text = "start c message=m\nstart d signal=s\nstart g timer=P1D\nc -> b\nd -> b\ng -> b"
    assert codes(NAMED.replace("end y\n", "") + text) == []


def test_a_sub_process_begins_at_one_place() -> None:
    inner = "sub n {\nstart n1\nstart n3 message=m\nend n2\nn1 -> n2\nn3 -> n2\n}\nb -> n -> z"
    found = codes(NAMED.replace("end y\n", "").replace(" -> z", "") + inner)
    assert ("start-several", "n3") in found


def test_a_process_that_is_called_begins_without_an_event() -> None:
    files = {
        "ruf": "start a\ncall b calledElement=ziel\nend z\na -> b -> z",
        "ziel": "<bpmn:message id='m' name='M' />\nstart a message=m\nend z\na -> z",
    }
    assert ("called-start-missing", "b") in told(together(files))
    files["ziel"] += "\nstart c\nc -> z"
    assert ("called-start-missing", "b") not in told(together(files))


def test_an_event_gateway_is_followed_by_events() -> None:
    text = NAMED.replace(
        "a -> b -> z", "a -> g\nevents g\ncatch c timer=P1D\ng -> c -> z\ng -> b -> y"
    )
    assert codes(text) == [("event-gateway-target", "g")]
    text = NAMED.replace("a -> b -> z", "a -> b -> g\nevents g\ncatch c timer=P1D\ng -> c -> z")
    assert ("event-gateway-single", "g") in codes(text)
    both = text.replace("end y\n", "") + "\nreceive r messageRef=m\ng -> r -> z"
    assert codes(both) == []
    edge = both + "\ntimer t on r P1D\nt -> z"
    assert codes(edge) == [("event-gateway-target", "g")]


BESIDE = (
    NAMED.replace("end y\n", "")
    + "sub n triggeredByEvent=true {\nstart n1 message=m\nend n2\nn1 -> n2\n}"
)


def test_an_event_sub_process_needs_one_trigger() -> None:
    assert codes(BESIDE) == []
    assert codes(BESIDE.replace("start n1 message=m", "start n1 message=m not")) == []
    assert codes(BESIDE.replace("start n1 message=m", "start n1")) == [
        ("event-sub-process-start", "n")
    ]


def test_an_error_always_interrupts() -> None:
    assert codes(BESIDE.replace("start n1 message=m", "start n1 error=f")) == []
    assert codes(BESIDE.replace("start n1 message=m", "start n1 error=f not")) == [
        ("start-error-not-interrupting", "n1")
    ]


LINKED = "start a\nuser b\nend z\na -> b -> w\nthrow w link=X\ncatch v link=X\nv -> z"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        (
            "catch v link=X",
            "catch v link=Y",
            {("link-end-missing", "w"), ("link-end-missing", "v")},
        ),
        ("link=X", "link=", {("link-without-name", "w")}),
        ("v -> z", "v -> z\ncatch u link=X\nu -> z", {("link-end-twice", "u")}),
        ("v -> z", "v -> z\nw -> z", {("link-with-flow", "w")}),
        ("v -> z", "v -> z\nb -> v", {("link-with-flow", "v")}),
        ("v -> z", "v -> z\nthrow u link=X\nb -> u", set()),
    ],
)
def test_a_link_has_two_ends(before: str, after: str, expected: set[tuple[str, str]]) -> None:
    found = {(f.code, f.element) for f in check(LINKED.replace(before, after))
             if f.severity == "error"}  # fmt: skip
    assert found >= set(expected)
    assert expected or not found


def test_names_are_followed_through_links() -> None:
    text = (
        "start a\nscript s script='x = 1'\nend z\na -> s -> w\nthrow w link=X\n"
        "catch v link=X\nscript t script='y = x + 1'\nv -> t -> z"
    )
    assert codes(text) == []
