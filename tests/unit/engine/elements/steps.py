"""Activities, their markers, gateways and flows."""

from collections.abc import Iterator

import case_driver
from decisions.tables import dmn, table
from lxml import etree

from .events import AND, DEFINED
from .rows import Row, bpmn, gone, passed, scope, unmarked, without

CONNECTOR = "pik:connector='k' pik:input='{}' pik:result='antwort'"
LIST = "<scriptTask id='vorher'><script>liste = [1, 2]</script></scriptTask>"
INNER = scope("s > innen > ie", "<startEvent id='s'/><endEvent id='ie'/>")


def rows() -> Iterator[Row]:
    yield from _tasks()
    yield from _scopes()
    yield from _loops()
    yield from _markers()
    yield from _gateways()
    yield from _flows()


def _line(nodes: str, flows: str = "start > x > a > end") -> bytes:
    return bpmn(flows, nodes)


# --- tasks ------------------------------------------------------------------------------------


def _tasks() -> Iterator[Row]:
    for tag, sentence in (
        ("userTask", "Open until a person of its lane completes it."),
        ("manualTask", "Open until a person says that it is done."),
        ("task", "Counts as a manual task; the check says so."),
    ):
        yield Row(
            tag,
            "",
            "runs",
            sentence,
            _line(f"<{tag} id='x'/>"),
            (),
            ("open x",),
            passed(tag),
            test="test_runtime.py::"
            "test_goes_from_the_first_task_through_script_and_gateway_to_the_end",
        )
    yield Row(
        "serviceTask",
        "",
        "runs",
        "Calls its connector after the commit; the result resumes the case.",
        _line(f"<serviceTask id='x' {CONNECTOR}/>"),
        ("do x wert=1",),
        ("called k {}", "data antwort={'wert': 1}", "open a"),
        passed("serviceTask"),
        test="test_scopes.py::test_a_service_task_asks_for_its_connector_and_takes_its_result",
    )
    script = "<scriptTask id='x'><script>summe = 1 + 1</script></scriptTask>"
    yield Row(
        "scriptTask",
        "",
        "runs",
        "Lines of `name = expression`, in the same step.",
        _line(script),
        (),
        ("data summe=2",),
        passed("scriptTask"),
        test="test_runtime.py::test_goes_from_the_first_task_through_script_and_gateway_to_the_end",
    )
    foreign = script.replace("<scriptTask id='x'", "<scriptTask id='x' scriptFormat='groovy'")
    yield Row(
        "scriptTask",
        "in another language",
        "refused",
        "Scripts are written in our language; what would compute otherwise is not taken.",
        _line(foreign),
    )
    send = "<sendTask id='x' messageRef='M1'/>"
    catch = f"<intermediateCatchEvent id='c'>{DEFINED['message']}</intermediateCatchEvent>"
    both = bpmn("start > und\nund > a > x > end\nund > c > nach > end", AND + send + catch)
    yield Row(
        "sendTask",
        "",
        "runs",
        "Sends its message, to this case or another.",
        both,
        ("do a",),
        ("open nach",),
        passed("sendTask"),
        test="test_events.py::test_a_thrown_message_reaches_who_waits_in_the_same_case",
    )
    yield Row(
        "receiveTask",
        "",
        "runs",
        "Waits for its message.",
        _line("<receiveTask id='x' messageRef='M1'/>"),
        ("message Antwort",),
        ("done x", "open a"),
        gone("x"),
        test="test_events.py::test_a_receive_task_waits_for_its_message",
    )
    yield Row(
        "receiveTask",
        "that starts a case",
        "refused",
        "A message start event in front says the same.",
        _line("<receiveTask id='x' messageRef='M1' instantiate='true'/>"),
    )
    yield Row(
        "businessRuleTask",
        "",
        "runs",
        "Makes a decision of a DMN file in the same step (docs/dmn.md).",
        _line("<businessRuleTask id='x' pik:decision='tabelle' pik:result='satz'/>"),
        (),
        ("data satz=7",),
        passed("businessRuleTask"),
        table=dmn(table("1", "satz", "- | 7")),
        test="decisions/test_business_rules.py::test_the_result_goes_where_the_task_says",
    )
    for tag, why in (
        ("callChoreography", "Choreographies describe; no engine runs them."),
        ("choreographyTask", "Choreographies describe; no engine runs them."),
        ("subChoreography", "Choreographies describe; no engine runs them."),
        ("implicitThrowEvent", "Only other standards use it; a throw event says the same."),
    ):
        yield Row(tag, "", "refused", why, _line(f"<{tag} id='x'/>"))


# --- sub-processes and calls ------------------------------------------------------------------


def _scopes() -> Iterator[Row]:
    yield Row(
        "subProcess",
        "",
        "runs",
        "Its inside runs, then the token goes on.",
        _line(f"<subProcess id='x'>{INNER}</subProcess>"),
        ("do innen",),
        ("done innen", "open a"),
        passed("subProcess"),
        test="test_scopes.py::test_a_sub_process_runs_in_its_parents_data_and_then_goes_on",
    )
    starts = f"<startEvent id='s'>{DEFINED['message']}</startEvent><endEvent id='ie'/>"
    beside = f"<subProcess id='x' triggeredByEvent='true'>{scope('s > innen > ie', starts)}"
    yield Row(
        "subProcess",
        "event sub-process",
        "runs",
        "Begins by its event, not by a token.",
        bpmn("start > a > end", f"{beside}</subProcess>"),
        ("message Antwort",),
        ("open innen",),
        without("subProcess"),
        test="test_event_sub_processes.py::test_an_interrupting_one_takes_over_its_scope",
    )
    called = case_driver.process_xml(
        "qs > innen > qe", '<startEvent id="qs"/><endEvent id="qe"/>', process="q"
    )
    caller = case_driver.process_xml(
        "start > x > a > end", '<callActivity id="x" calledElement="q"/>'
    )
    yield Row(
        "callActivity",
        "",
        "runs",
        "The called process runs inside; with `pik:cases` as cases of their own.",
        case_driver.file(caller, called),
        ("do innen",),
        ("done innen", "open a"),
        passed("callActivity"),
        test="test_scopes.py::test_a_called_process_shares_the_data_and_inherits_lane_and_phase",
    )
    cancelled = scope(
        "s > innen > ie", f"<startEvent id='s'/><endEvent id='ie'>{DEFINED['cancel']}</endEvent>"
    )
    border = f"<boundaryEvent id='b' attachedToRef='x'>{DEFINED['cancel']}</boundaryEvent>"
    yield Row(
        "transaction",
        "",
        "runs",
        "A sub-process that can be cancelled and undone.",
        bpmn(
            "start > x > a > end\nb > nach > end",
            f"<transaction id='x'>{cancelled}</transaction>{border}",
        ),
        ("do innen",),
        ("open nach",),
        passed("transaction"),
        test="test_compensation.py::"
        "test_a_cancelled_transaction_is_undone_and_leaves_by_its_boundary",
    )
    yield Row(
        "transaction",
        "with another method",
        "refused",
        "Only ##Compensate undoes by the diagram; other methods are other software.",
        _line(f"<transaction id='x' method='##Store'>{INNER}</transaction>"),
    )
    yield Row(
        "adHocSubProcess",
        "",
        "refused",
        "Any order, any number of times: draw the ways that are allowed.",
        _line(f"<adHocSubProcess id='x'>{INNER}</adHocSubProcess>"),
    )


# --- loops and other markers ------------------------------------------------------------------


def _loops() -> Iterator[Row]:
    standard = (
        "<userTask id='x'><standardLoopCharacteristics loopMaximum='3'>"
        "<loopCondition>noch</loopCondition></standardLoopCharacteristics></userTask>"
    )
    yield Row(
        "standardLoopCharacteristics",
        "",
        "runs",
        "Again while the condition holds, at most `loopMaximum` times.",
        _line(standard),
        ("do x noch=true", "do x noch=false"),
        ("done x x2", "open a"),
        without("standardLoopCharacteristics"),
        test="test_loops.py::test_a_standard_loop_repeats_while_its_condition_holds",
    )
    tested = standard.replace("loopMaximum='3'", "testBefore='true'")
    yield Row(
        "standardLoopCharacteristics",
        "testBefore",
        "runs",
        "Asks first; may not run at all.",
        _line(tested),
        (),
        ("open a",),
        unmarked("testBefore"),
        test="test_loops.py::test_a_standard_loop_that_tests_first_may_not_run_at_all",
    )
    for flag, place, counts in (
        ("false", "parallel", ("open x x2",)),
        ("true", "sequential", ("open x x1", "done x x1")),
    ):
        many = (
            f"<userTask id='x'><multiInstanceLoopCharacteristics isSequential='{flag}'>"
            "<loopDataInputRef>liste</loopDataInputRef></multiInstanceLoopCharacteristics>"
            "</userTask>"
        )
        steps = ("do x",) if place == "sequential" else ()
        test = {
            "parallel": "test_a_parallel_task_opens_once_per_entry_with_local_names",
            "sequential": "test_a_sequential_task_opens_one_after_the_other",
        }[place]
        sentence = "Once per entry, all at once." if place == "parallel" else "One by one."
        yield Row(
            "multiInstanceLoopCharacteristics",
            place,
            "runs",
            sentence,
            bpmn("start > vorher > x > a > end", LIST + many),
            steps,
            counts,
            without("multiInstanceLoopCharacteristics"),
            test=f"test_loops.py::{test}",
        )
    behaviour = (
        "<userTask id='x'><multiInstanceLoopCharacteristics behavior='One' "
        "oneBehaviorEventRef='e'><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics></userTask>"
    )
    yield Row(
        "multiInstanceLoopCharacteristics",
        "behavior",
        "refused",
        "Instances that throw events: draw the event inside a sub-process.",
        _line(behaviour),
    )


def _markers() -> Iterator[Row]:
    handler = (
        f"<boundaryEvent id='r' attachedToRef='a'>{DEFINED['compensate']}</boundaryEvent>"
        "<userTask id='x' isForCompensation='true'/>"
        "<association id='v' sourceRef='r' targetRef='x' associationDirection='One'/>"
        f"<intermediateThrowEvent id='w'>{DEFINED['compensate']}</intermediateThrowEvent>"
    )
    yield Row(
        "activity",
        "isForCompensation",
        "runs",
        "Runs only to undo another activity.",
        bpmn("start > a > w > b > end", handler),
        ("do a",),
        ("open x",),
        gone("x"),
        test="test_compensation.py::"
        "test_completed_activities_are_undone_last_first_and_the_event_waits",
    )
    thrown = (
        "<intermediateThrowEvent id='w'><compensateEventDefinition {}/></intermediateThrowEvent>"
    )
    both = "".join(
        f"<boundaryEvent id='r{a}' attachedToRef='{a}'>{DEFINED['compensate']}</boundaryEvent>"
        f"<userTask id='u{a}' isForCompensation='true'/>"
        f"<association id='v{a}' sourceRef='r{a}' targetRef='u{a}'/>"
        for a in ("eins", "zwei")
    )
    yield Row(
        "compensateEventDefinition",
        "waitForCompletion",
        "runs",
        "false: the token goes on at once.",
        bpmn(
            "start > eins > zwei > w > b > end",
            both + thrown.format("waitForCompletion='false'"),
        ),
        ("do eins", "do zwei"),
        ("open b", "open uzwei"),
        unmarked("waitForCompletion"),
        test="test_compensation.py::test_an_event_that_does_not_wait_goes_on_at_once",
    )
    yield Row(
        "compensateEventDefinition",
        "activityRef",
        "runs",
        "Undoes this activity only.",
        bpmn("start > eins > zwei > w > b > end", both + thrown.format("activityRef='eins'")),
        ("do eins", "do zwei"),
        ("open ueins", "no open uzwei"),
        unmarked("activityRef"),
        test="test_compensation.py::test_the_event_may_name_the_activity",
    )
    yield Row(
        "process",
        "isExecutable",
        "runs",
        "false: messages, signals and timers begin no case of it.",
        bpmn(
            "x > a > end",
            f"<startEvent id='x'>{DEFINED['message']}</startEvent>",
            attributes='isExecutable="false"',
        ),
        ("start x",),
        ("no trigger message Antwort",),
        unmarked("isExecutable"),
    )
    yield Row(
        "activity",
        "implementation",
        "shown only",
        "A service names its connector, a decision its DMN file.",
        _line("<userTask id='x' implementation='##unspecified'/>"),
        ("do x",),
        ignored=unmarked("implementation"),
    )
    yield Row(
        "process",
        "processType, isClosed",
        "shown only",
        "Who may see a model is no question of its run.",
        bpmn("start > a > end", attributes='processType="Public" isClosed="true"'),
        ("do a",),
        ignored=unmarked("processType", "isClosed"),
    )
    for name in ("startQuantity", "completionQuantity"):
        yield Row(
            "activity",
            f"{name} above 1",
            "refused",
            "Draw the ways one by one.",
            _line(f"<userTask id='x' {name}='2'/>"),
        )
    fixed = (
        "<exclusiveGateway id='g' gatewayDirection='Diverging' default='g_b'/>"
        "<scriptTask id='v'><script>i = 1</script></scriptTask>"
    )
    yield Row(
        "gateway",
        "gatewayDirection",
        "shown only",
        "Says what the flows say already.",
        bpmn("start > v > g\ng > a [i == 1]\ng > b\na > end\nb > end", fixed),
        (),
        ignored=unmarked("gatewayDirection"),
    )


# --- gateways ---------------------------------------------------------------------------------

SET = "<scriptTask id='v'><script>i = 1</script></scriptTask>"


def _gateways() -> Iterator[Row]:
    ways = "start > v > x\nx > a [i == 1]\nx > b\na > end\nb > end"
    yield Row(
        "exclusiveGateway",
        "",
        "runs",
        "The first flow whose condition holds, in the order of the file; else the default.",
        bpmn(ways, SET + "<exclusiveGateway id='x' default='x_b'/>"),
        (),
        ("open a", "no open b"),
        choose_all,
        test="test_runtime.py::test_conditions_are_tried_in_the_order_of_the_file",
    )
    many = "start > v > x\nx > a [i == 1]\nx > b [i < 5]\nx > c\na > y\nb > y\nc > y\ny > z > end"
    inclusive = "<inclusiveGateway id='x' default='x_c'/><inclusiveGateway id='y'/>"
    yield Row(
        "inclusiveGateway",
        "",
        "runs",
        "Every flow whose condition holds; a join waits for what can still come.",
        bpmn(many, SET + inclusive),
        ("do a", "do b"),
        ("open z x1",),
        passed("inclusiveGateway"),
        test="test_joins.py::test_an_inclusive_join_waits_only_for_what_can_still_come",
    )
    both = "start > x\nx > a > y\nx > b > y\ny > z > end"
    parallel = "<parallelGateway id='x'/><parallelGateway id='y'/>"
    yield Row(
        "parallelGateway",
        "",
        "runs",
        "All flows; a join waits for one token of each.",
        bpmn(both, parallel),
        ("do a",),
        ("open b", "no open z"),
        passed("parallelGateway"),
        test="test_joins.py::test_a_parallel_join_waits_for_every_branch",
    )
    events = (
        "<eventBasedGateway id='x' {}/>"
        f"<intermediateCatchEvent id='m'>{DEFINED['message']}</intermediateCatchEvent>"
        f"<intermediateCatchEvent id='t'>{DEFINED['timer']}</intermediateCatchEvent>"
    )
    race = "start > x\nx > m > a > end\nx > t > b > end"
    yield Row(
        "eventBasedGateway",
        "",
        "runs",
        "The first event decides.",
        bpmn(race, events.format("")),
        ("message Antwort", "wait 2"),
        ("open a", "no open b"),
        passed("eventBasedGateway"),
        test="test_events.py::test_the_first_event_behind_a_gateway_decides",
    )
    yield Row(
        "eventBasedGateway",
        "that starts a case",
        "refused",
        "Draw a start event per trigger.",
        bpmn("x > m > a > end\nx > t > b > end", events.format("instantiate='true'")),
    )
    yield Row(
        "eventBasedGateway",
        "parallel",
        "refused",
        "Waiting for all events is a parallel gateway.",
        bpmn(race, events.format("eventGatewayType='Parallel'")),
    )
    yield Row(
        "complexGateway",
        "",
        "refused",
        "Draw the rule with other gateways.",
        bpmn("start > x\nx > a > end\nx > b > end", "<complexGateway id='x'/>"),
    )


def choose_all(root: etree._Element) -> None:
    """The gateway is passed, all its flows are taken."""
    passed("exclusiveGateway")(root)
    without("conditionExpression")(root)


# --- flows ------------------------------------------------------------------------------------


def _flows() -> Iterator[Row]:
    yield Row(
        "sequenceFlow",
        "",
        "runs",
        "Carries the token.",
        bpmn("start > a > end"),
        (),
        ("open a",),
        without("sequenceFlow"),
        test="test_runtime.py::test_goes_from_the_first_task_through_script_and_gateway_to_the_end",
    )
    ways = "start > v > g\ng > a [i == 2]\ng > b\na > end\nb > end"
    gate = SET + "<exclusiveGateway id='g' default='g_b'/>"
    yield Row(
        "conditionExpression",
        "",
        "runs",
        "An expression; the flow is taken when it holds.",
        bpmn(ways.replace("i == 2", "i == 1"), gate),
        (),
        ("open a",),
        without("conditionExpression"),
        test="test_runtime.py::test_stops_with_the_element_when_no_condition_holds",
    )
    yield Row(
        "formalExpression",
        "",
        "refused",
        "Only as the type of an expression; as an element nothing has it.",
        bpmn("start > a > end", "<formalExpression id='x'>1</formalExpression>"),
    )
    written = bpmn(ways, gate).replace(
        b"<conditionExpression>", b'<conditionExpression language="groovy">'
    )
    yield Row(
        "conditionExpression",
        "in another language",
        "refused",
        "What another language computes otherwise is not taken.",
        written,
        named="g_a",
    )
    yield Row(
        "sequenceFlow",
        "default",
        "runs",
        "Taken when no condition holds.",
        bpmn(ways, gate),
        (),
        ("open b",),
        gone("g_b"),
        test="test_runtime.py::test_conditions_on_the_ways_out_of_a_task_leave_the_default",
    )
    split = "start > v > x\nx > a [i == 1]\nx > b [i == 2]\nx > c\na > end\nb > end\nc > end"
    yield Row(
        "sequenceFlow",
        "conditional, out of a task",
        "runs",
        "Every flow whose condition holds, and those without one.",
        bpmn(split, SET + "<scriptTask id='x'><script>j = 1</script></scriptTask>"),
        (),
        ("open a", "open c", "no open b"),
        without("conditionExpression"),
    )
    yield Row(
        "sequenceFlow",
        "isImmediate",
        "shown only",
        "Only non-executable processes may say false.",
        bpmn("start > a > end").replace(b'id="start_a"', b'id="start_a" isImmediate="true"'),
        (),
        ignored=unmarked("isImmediate"),
    )
