"""Parallel and inclusive gateways."""

from case_driver import Case, bpmn, file, process_xml, scope

AND = '<parallelGateway id="auf"/><parallelGateway id="zu"/>'
OR = '<inclusiveGateway id="auf" default="auf_c"/><inclusiveGateway id="zu"/>'


def test_a_parallel_join_waits_for_every_branch() -> None:
    case = Case(bpmn("start > auf > a > zu > nach > end\nauf > b > zu", AND))
    assert case.open == ["a", "b"]
    assert case.complete("b").open == ["a"]
    assert case.complete("a").open == ["nach"]
    assert case.trace == ["start", "auf", "b", "a", "zu"]
    assert case.complete("nach").done


def test_two_tokens_on_one_flow_wait_for_two_rounds() -> None:
    """What is left at a join stays there (BPMN 2.0, 13.4.1)."""
    case = Case(
        bpmn(
            "start > erst\nerst > x > auf > zu > nach\nerst > y > x\nerst > b > zu",
            '<exclusiveGateway id="auf"/><parallelGateway id="zu"/>',
        )
    )
    case.complete("erst").complete("y").complete("x").complete("x")
    assert case.open == ["b"]
    assert case.complete("b").open == ["nach"]


def test_an_inclusive_split_takes_every_way_that_holds() -> None:
    process = bpmn(
        "start > auf\nauf > a > zu [x > 1]\nauf > b > zu [x > 2]\nauf > c > zu\nzu > nach", OR
    )
    assert Case(process, data={"x": 3}).open == ["a", "b"]
    assert Case(process, data={"x": 2}).open == ["a"]
    assert Case(process, data={"x": 0}).open == ["c"]


def test_an_inclusive_join_waits_only_for_what_can_still_come() -> None:
    process = bpmn(
        "start > auf\nauf > a\na > zu\nauf > b [x > 2]\nb > zu\nauf > c\nc > zu\nzu > nach", OR
    )
    case = Case(process, data={"x": 3})
    assert case.open == ["a", "b"]
    assert case.complete("a").open == ["b"]
    assert case.complete("b").open == ["nach"]
    alone = Case(process, data={"x": 0})
    assert alone.open == ["a"]
    assert alone.complete("a").open == ["nach"]


def test_an_inclusive_join_fires_when_a_branch_ends_elsewhere() -> None:
    case = Case(
        bpmn(
            "start > auf\nauf > a > zu > nach\nauf > b > weg\nweg > zu [ja]\nweg > end",
            '<inclusiveGateway id="auf"/><inclusiveGateway id="zu"/><exclusiveGateway id="weg"/>',
        )
    )
    case.complete("a")
    assert case.open == ["b"]
    assert case.complete("b", ja=False).open == ["nach"]


def test_an_inclusive_join_in_a_loop_waits_in_every_round() -> None:
    case = Case(
        bpmn(
            "start > m > auf > a > zu > w\nauf > b > zu\nw > m [nochmal]\nw > end",
            '<exclusiveGateway id="m"/><exclusiveGateway id="w"/>'
            '<inclusiveGateway id="auf"/><inclusiveGateway id="zu"/>',
        ),
        data={"nochmal": True},
    )
    for first, second in (("a", "b"), ("b", "a"), ("a", "b")):
        case.complete(first)
        assert case.open == [second]
        case.complete(second)
        assert sorted(case.open) == ["a", "b"]


def test_inclusive_joins_that_wait_for_each_other_go_on() -> None:
    flows = """
    start > teilen > a > j1 > w1
    teilen > b > j2 > w2
    w1 > j2 [nie == 1]
    w1 > end_eins
    w2 > j1 [nie == 1]
    w2 > end_zwei
    """
    nodes = (
        '<parallelGateway id="teilen"/><inclusiveGateway id="j1"/><inclusiveGateway id="j2"/>'
        '<exclusiveGateway id="w1"/><exclusiveGateway id="w2"/>'
    )
    case = Case(bpmn(flows, nodes)).complete("a")
    assert case.open == ["b"] and "j1" not in case.trace
    assert case.complete("b").done and {"end_eins", "end_zwei"} <= set(case.trace)


def test_a_join_knows_the_way_over_a_boundary_event() -> None:
    case = Case(
        bpmn(
            "start > auf > a > end_a\nauf > b > zu > nach\neil > zu",
            '<inclusiveGateway id="auf"/><inclusiveGateway id="zu"/>'
            '<userTask id="a"/><boundaryEvent id="eil" attachedToRef="a">'
            '<messageEventDefinition messageRef="M1"/></boundaryEvent>',
        )
    )
    case.complete("b")
    assert case.open == ["a"]
    assert case.complete("a").open == ["nach"]


def test_a_join_inside_a_sub_process_counts_only_its_own_tokens() -> None:
    inner = scope(
        "s > iauf > a > izu > e\niauf > b > izu",
        '<parallelGateway id="iauf"/>'
        '<parallelGateway id="izu"/><startEvent id="s"/><endEvent id="e"/>',
    )
    case = Case(
        bpmn(
            "start > auf > sub > zu > nach\nauf > c > zu",
            AND + f'<subProcess id="sub">{inner}</subProcess>',
        )
    )
    case.complete("a").complete("c")
    assert case.open == ["b"]
    assert case.complete("b").open == ["nach"]


def test_two_calls_of_one_process_join_separately() -> None:
    called = process_xml(
        "start > qauf > qa > qzu > end\nqauf > qb > qzu",
        '<parallelGateway id="qauf"/><parallelGateway id="qzu"/>',
        process="q",
    )
    caller = process_xml(
        "start > auf > eins > end_eins\nauf > zwei > end_zwei",
        '<parallelGateway id="auf"/><callActivity id="eins" calledElement="q"/>'
        '<callActivity id="zwei" calledElement="q"/>',
    )
    case = Case(file(caller, called))
    assert case.open == ["qa", "qb", "qa", "qb"]
    case.complete("qa", 0).complete("qb", 1)
    assert case.open == ["qb", "qa"] and "end_eins" not in case.trace
    assert case.complete("qb").open == ["qa"] and case.trace[-1] == "end_eins"
