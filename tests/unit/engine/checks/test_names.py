import pytest
from sketch import sketch

from checks.support import check, codes, form, together, told
from pikflow.engine.check import check_files
from pikflow.engine.facts import FormFacts, Usage

FORMS = {
    "antrag": form("betrag", "stellen", "stellen.vzae", "ort.name"),
    "pruefung": form("ergebnis", reads=["antrag.betrag"]),
    "bericht": form("summe", reads=["params.satz"]),
}
CHOICE = "xor c\nend y\nend z\nc -> y if {}\nc -> z default\n"


def names(text: str, **more: object) -> list[tuple[str, str, str]]:
    """(severity, element, name) of what the data flow finds."""
    return [
        (f.severity, f.element, f.message.split("verwendet „")[1].split("“")[0])
        for f in check(text, **{"forms": FORMS, "start_names": {"vorgang", "params.satz"}, **more})
        if f.code in ("name-unknown", "name-not-always")
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("antrag.betrag > 5", []),
        ("antrag", []),
        ("antrag.ort.name == 1", []),
        ("antrag.ort == 1", []),
        ("sum(s.vzae for s in antrag.stellen) > 1", []),
        ("vorgang.irgendwas == 1", []),
        ("params.satz > 1 and heute > date('2026-01-01')", []),
        ("antrag.betrga > 5", [("error", "f3", "antrag.betrga")]),
        ("betrag > 5", [("error", "f3", "betrag")]),
        ("sum(s.vzäh for s in antrag.stellen) > 1", [("error", "f3", "antrag.stellen.vzäh")]),
        ("params.stz > 1", [("error", "f3", "params.stz")]),
    ],
)
def test_a_condition_knows_forms_and_start_data(condition: str, expected: list) -> None:
    text = "start a\nuser b pik:form=antrag pik:result=antrag\na -> b -> c\n" + CHOICE
    assert names(text.format(condition)) == expected


def test_suggests_the_name_that_was_probably_meant() -> None:
    text = "start a\nuser b pik:form=antrag pik:result=antrag\na -> b -> c\n" + CHOICE
    (finding,) = [
        f for f in check(text.format("antrag.betrga"), forms=FORMS) if f.severity == "error"
    ]
    assert finding.hint.startswith("Meinten Sie „antrag.betrag“?")
    assert finding.line > 0


def test_answers_without_a_result_name_stand_for_themselves() -> None:
    text = "start a\nuser b pik:form=antrag\na -> b -> c\n" + CHOICE
    assert names(text.format("betrag > 1 and ort.name == 'x'")) == []
    assert names(text.format("antrag.betrag > 1")) == [("error", "f3", "antrag.betrag")]


def test_a_name_must_be_there_before_it_is_read() -> None:
    text = "start a\nscript b script='x = y + 1'\nscript c script='y = 2'\nend z\na -> b -> c -> z"
    assert names(text) == [("error", "b", "y")]
    assert names(text.replace("a -> b -> c", "a -> c -> b").replace("b -> c -> z", "b -> z")) == []


def test_lines_of_a_script_see_those_above_them() -> None:
    data = sketch("start a\nscript b script='x = 1~y = x + 1'\nend z\na -> b -> z")
    assert names(data.replace(b"~", b"\n")) == []
    assert names("start a\nscript b script='x = x + 1'\nend z\na -> b -> z") == [
        ("error", "b", "x")
    ]


BRANCH = """
start a
user b pik:form=antrag pik:result=antrag
xor c
script d script='rabatt = 5'
xor e
script f script='summe = rabatt + 1'
end z
a -> b -> c
c -> d if antrag.betrag > 5
c -> e default
d -> e -> f -> z
"""


def test_a_name_only_some_ways_provide_is_a_warning() -> None:
    assert names(BRANCH) == [("warning", "f", "rabatt")]
    assert (
        names(BRANCH.replace("a -> b -> c", "script n script='rabatt = None'\na -> b -> n -> c"))
        == []
    )


def test_a_parallel_join_brings_what_all_branches_know() -> None:
    text = BRANCH.replace("xor c", "and c").replace("xor e", "and e")
    assert names(text.replace(" if antrag.betrag > 5", "").replace(" default", "")) == []


def test_a_loop_knows_what_its_first_round_had_not() -> None:
    text = """
    start a
    xor m
    user b pik:form=antrag pik:result=antrag pik:show='antrag, alt'
    script d script='alt = antrag'
    xor c
    end z
    a -> m -> b -> c
    c -> d if antrag.betrag > 5
    c -> z default
    d -> m
    """
    assert names(text) == []
    assert names(text.replace("pik:show='antrag, alt'", "pik:sections='alt.liste'")) == [
        ("warning", "b", "alt.liste")
    ]
    assert names(text.replace("antrag, alt", "alte")) == [("error", "b", "alte")]


def test_a_boundary_event_knows_what_was_there_when_its_host_began() -> None:
    text = """
    start a
    user b pik:form=antrag pik:result=antrag
    timer t on b {}
    script d script='x = {}'
    end z
    end y
    a -> b -> z
    t -> d -> y
    """
    assert names(text.format("P1D", "vorgang.jahr")) == []
    assert names(text.format("P1D", "antrag.betrag")) == [("error", "d", "antrag.betrag")]
    assert names(text.format("timer=frist", "1")) == [("error", "t", "frist")]


def test_a_form_reads_what_the_case_has() -> None:
    text = "start a\nuser b pik:form=pruefung\nend z\na -> b -> z"
    assert names(text) == [("error", "b", "antrag.betrag")]
    assert names(text.replace("pruefung", "bericht")) == []


def test_an_instance_sees_its_own_names_and_leaves_none() -> None:
    text = (
        "start a\nuser b pik:form=antrag pik:result=antrag\nscript c script='x = stelle.{}'\n"
        "end z\na -> b -> c -> z"
    )
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>antrag.stellen"
        "</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>alle</bpmn:loopDataOutputRef>"
        "<bpmn:inputDataItem id='stelle'/></bpmn:multiInstanceLoopCharacteristics>"
        "</bpmn:scriptTask>"
    )
    after = sketch(
        text.format("vzae").replace("-> c -> z", "-> c -> d -> z\nscript d script='y = {}'")
    )

    def found(inner: str, last: str) -> list[tuple[str, str, str]]:
        data = after.replace(b"</bpmn:scriptTask>", loop.encode(), 1)
        data = data.replace(b"stelle.vzae", inner.encode()).replace(
            b"y = {}", f"y = {last}".encode()
        )
        return names(data)

    assert found("stelle.vzae + loopCounter", "alle") == []
    assert found("stelle.weg", "1") == [("error", "c", "stelle.weg")]
    assert found("1", "stelle") == [("error", "d", "stelle")]


INNER = "start a\nscript b script='frist = basis + 1'\nend z\na -> b -> z"
OUTER = (
    "start a\n{}call c calledElement=innen\nscript d script='x = frist'\nend z\na -> {}c -> d -> z"
)


def test_called_processes_share_the_callers_data() -> None:
    good = OUTER.format("script s script='basis = 1'\n", "s -> ")
    assert codes_of(together({"aussen": good, "innen": INNER})) == []
    bad = OUTER.format("", "")
    assert codes_of(together({"aussen": bad, "innen": INNER})) == [("name-unknown", "b")]


def test_a_called_process_is_looked_at_once_per_measure() -> None:
    inner = "start a\nscript b script='x = antrag.betrag'\nend z\na -> b -> z"
    outer = (
        "start a\nuser t pik:form=catalog:antrag pik:result=antrag\ncall c calledElement=innen\n"
        "end z\na -> t -> c -> z"
    )
    usages = [
        Usage("Deutsch", "aussen", {"antrag": "antrag"}),
        Usage("Sport", "aussen", {"antrag": "bericht"}),
    ]
    found = together(
        {"aussen": outer, "innen": inner}, forms=FORMS, usages=usages, start_names={"params"}
    )
    (finding,) = [f for f in found if f.code.startswith("name-")]
    assert finding.severity == "error"
    assert "(bei „Sport“)" in finding.message


def test_child_cases_begin_anew_and_return_their_output() -> None:
    inner = sketch(
        "start a\nscript b script='meldung = gemeinde.name'\nend z\na -> b -> z", process="innen"
    ).replace(b'id="innen"', b'id="innen" pik:output="meldung"')
    outer = (
        "start a\nscript s script='geheim = 1'\ncall c calledElement=innen pik:cases=vorgang.liste"
        " pik:item=gemeinde pik:result=bedarf\nscript d script='x = [{} for b in bedarf]'\n"
        "end z\na -> s -> c -> d -> z"
    )

    def found(text: str, inside: bytes = inner) -> list[tuple[str, str]]:
        files = {"a.bpmn": sketch(text, process="aussen"), "i.bpmn": inside}
        return codes_of(check_files(files, start_names={"vorgang"}))

    assert found(outer.format("b.meldung")) == []
    assert found(outer.format("b.organisation.name")) == []
    assert found(outer.format("b.weg")) == [("name-unknown", "d")]
    leaking = inner.replace(b"gemeinde.name", b"geheim")
    assert found(outer.format("b.nummer"), leaking) == [("name-unknown", "b")]


def test_a_process_that_calls_itself_is_understood() -> None:
    text = "start a\ncall c calledElement=vorgang\nscript d script='x = y'\nend z\na -> c -> d -> z"
    assert names(text) == [("error", "d", "y")]


def test_what_a_process_tells_about_its_cases_is_given_somewhere() -> None:
    data = sketch("start a\nuser b pik:form=antrag pik:result=antrag\nend z\na -> b -> z")
    good = data.replace(
        b"<bpmn:process ", b'<bpmn:process pik:amount="antrag.betrag" pik:output="antrag" '
    )
    assert names(good) == []
    bad = data.replace(b"<bpmn:process ", b'<bpmn:process pik:amount="bewilligt" pik:output="nix" ')
    assert names(bad) == [("error", "vorgang", "bewilligt"), ("error", "vorgang", "nix")]


def test_nothing_is_claimed_after_something_unknown_was_stored() -> None:
    text = "start a\nservice s pik:connector=x\nscript d script='x = y'\nend z\na -> s -> d -> z"
    assert names(text) == []
    assert names(text.replace("pik:connector=x", "pik:connector=x pik:result=r")) == [
        ("error", "d", "y")
    ]


def test_a_value_that_nobody_sees_has_to_be_read() -> None:
    facts = FormFacts(
        frozenset({"summe", "hilfe"}),
        unseen=frozenset({"hilfe"}),
        file="forms/a.yaml",
        lines={"hilfe": 7},
    )
    text = (
        "start a\nuser b pik:form=a pik:result=antwort\nscript c script='x = {}'\n"
        "end z\na -> b -> c -> z"
    )
    (finding,) = [
        f
        for f in check(text.format("antwort.summe"), forms={"a": facts})
        if f.code == "field-unused"
    ]
    assert (finding.file, finding.line, finding.element) == ("forms/a.yaml", 7, "hilfe")
    for reading in ("antwort.hilfe", "antwort"):
        assert codes(text.format(reading), forms={"a": facts}) == []


def test_a_field_nobody_can_fill_is_told() -> None:
    facts = FormFacts(frozenset({"summe"}), unfilled=frozenset({"summe"}))
    text = "start a\nuser b pik:form=a\nend z\na -> b -> z"
    assert codes(text, forms={"a": facts}) == [("field-unfilled", "summe")]


def codes_of(findings: list) -> list[tuple[str, str]]:
    return [(f.code, f.element) for f in findings if f.severity == "error"]


# Events


def test_a_signal_brings_what_its_senders_write_into_it() -> None:
    signal = "<bpmn:signal id='s' name='S' />\n"
    sends = 'start a\nscript b script="n = 1"\nend z signal=s pik:input={}\na -> b -> z'
    takes = signal + "start a\ncatch w signal=s\nscript x script='y = {}'\nend z\na -> w -> x -> z"
    for sent, read, expected in (
        ("\"{'n': n}\"", "n", [("name-not-always", "x")]),
        ("\"{'n': n}\"", "m", [("name-unknown", "x")]),
        ('"n"', "m", []),
    ):
        files = {"sender": signal + sends.format(sent), "taker": takes.format(read)}
        assert told(together(files)) == expected


def test_what_a_message_is_called_with_reads_names() -> None:
    message = "<bpmn:message id='m' name='M' />\n"
    text = (
        message + "start a\nthrow w message=m pik:key=nummer pik:input=inhalt\nend z\na -> w -> z"
    )
    assert codes(text) == [("name-unknown", "w"), ("name-unknown", "w")]
    text = message + "start a\ncatch w message=m pik:key=nummer\nend z\na -> w -> z"
    assert codes(text) == [("name-unknown", "w")]


def test_a_throwing_message_brings_no_names() -> None:
    message = "<bpmn:message id='m' name='M' />\n"
    text = message + "start a\nthrow w message=m\nscript x script='y = n'\nend z\na -> w -> x -> z"
    assert codes(text) == [("name-unknown", "x")]
