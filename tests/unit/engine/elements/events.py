"""Every event definition in every position of an event."""

from collections.abc import Iterator

from lxml import etree

from .rows import Change, Row, bpmn, gone, scope, without

DEFINED = {
    "none": "",
    "message": '<messageEventDefinition messageRef="M1"/>',
    "timer": "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>",
    "error": '<errorEventDefinition errorRef="E1"/>',
    "escalation": '<escalationEventDefinition escalationRef="X1"/>',
    "cancel": "<cancelEventDefinition/>",
    "compensate": "<compensateEventDefinition/>",
    "conditional": "<conditionalEventDefinition><condition>ok</condition>"
    "</conditionalEventDefinition>",
    "link": '<linkEventDefinition name="L"/>',
    "signal": '<signalEventDefinition signalRef="S1"/>',
    "terminate": "<terminateEventDefinition/>",
}
DEFINED["multiple"] = DEFINED["message"] + DEFINED["signal"]
DEFINED["parallel multiple"] = DEFINED["multiple"]
# What makes a waiting event happen; errors and escalations come when the task `a` is done.
HAPPENS = {
    "message": "message Antwort",
    "timer": "wait 2",
    "signal": "signal Alarm",
    "conditional": "do a ok=true",
    "error": "do a",
    "escalation": "do a",
}
THROWN_INSIDE = ("error", "escalation")
AND = "<parallelGateway id='und'/>"
FLAGS = {"parallel multiple": 'parallelMultiple="true"'}
TESTS = {
    "start": "test_throwing.py::test_a_case_begins_at_the_start_event_that_was_triggered",
    "start of an event sub-process, interrupting": "test_event_sub_processes.py::"
    "test_an_interrupting_one_takes_over_its_scope",
    "start of an event sub-process, not interrupting": "test_event_sub_processes.py::"
    "test_one_that_does_not_interrupt_runs_beside_its_scope",
    "boundary, interrupting": "test_boundaries.py::test_one_that_interrupts_ends_its_host",
    "boundary, not interrupting": "test_boundaries.py::"
    "test_one_that_does_not_interrupt_starts_a_token_beside_it",
}


def rows() -> Iterator[Row]:
    for place, build in BUILDERS.items():
        for kind in DEFINED:
            yield build(kind, place)


TAGS = {
    "intermediate catch": "intermediateCatchEvent",
    "boundary": "boundaryEvent",
    "intermediate throw": "intermediateThrowEvent",
    "end": "endEvent",
}


def element(kind: str, place: str = "") -> str:
    """The element a row is about: the definition, or the event itself."""
    if kind == "none":
        return TAGS.get(place.partition(",")[0], "startEvent")
    return kind if "multiple" in kind else f"{kind}EventDefinition"


def refused(kind: str, place: str, file: bytes, why: str) -> Row:
    return Row(element(kind, place), place, "refused", why, file)


def _throws(kind: str) -> str:
    """The end event `w` that throws what boundary events and triggers may catch."""
    return f"<endEvent id='w'>{DEFINED[kind] if kind in THROWN_INSIDE else ''}</endEvent>"


def _without(kind: str) -> Change:
    return gone("x") if kind == "none" else without(element(kind))


ILLEGAL = "Not in BPMN 2.0: no event of this kind has this trigger."
LATER = "One event, one trigger: several triggers are drawn as several events."


def _why(kind: str) -> str:
    return LATER if "multiple" in kind else ILLEGAL


# --- start events -----------------------------------------------------------------------------


def _start(kind: str, place: str) -> Row:
    event = f"<startEvent id='x' {FLAGS.get(kind, '')}>{DEFINED[kind]}</startEvent>"
    file = bpmn("x > a > end", event)
    named = {"message": "Antwort", "signal": "Alarm", "timer": "P1D"}
    if kind == "none":
        sentence = "A person, or a call, starts the process here."
        return Row(
            element("none", place),
            place,
            "runs",
            sentence,
            file,
            facts=("done x", "open a"),
            ignored=gone("x"),
        )
    if kind not in named:
        why = "A condition over no data starts nothing; let a message, a signal or a timer start."
        return refused(kind, place, file, why if kind == "conditional" else _why(kind))
    sentence = {
        "message": "A message no case waits for starts a case here.",
        "signal": "Each signal of this name starts a case here.",
        "timer": "Starts a case at its time, again and again with a cycle.",
    }[kind]
    facts = (f"trigger {kind} {named[kind]}", "done x", "open a")
    return Row(
        element(kind, place),
        place,
        "runs",
        sentence,
        file,
        ("start x",),
        facts,
        _without(kind),
        test=TESTS["start"],
    )


def _trigger(kind: str, place: str) -> Row:
    interrupts = not place.endswith("not interrupting")
    flags = f"{FLAGS.get(kind, '')} isInterrupting='{str(interrupts).lower()}'"
    start = f"<startEvent id='x' {flags}>{DEFINED[kind]}</startEvent>"
    inner = scope("x > innen > innenende", start + "<endEvent id='innenende'/>")
    beside = f"<subProcess id='neben' triggeredByEvent='true'>{inner}</subProcess>"
    if kind == "compensate":
        return _undoing(place, beside, interrupts)
    flows = "start > und\nund > a > w\nund > b > end"
    file = bpmn(flows, AND + _throws(kind) + beside)
    if kind not in HAPPENS:
        why = "An event sub-process begins by an event." if kind == "none" else _why(kind)
        row = refused(kind, place, file, why)
        return Row(row.element, place, "refused", why, file, named="" if kind == "none" else "x")
    if kind == "error" and not interrupts:
        return refused(kind, place, file, "Errors always interrupt (BPMN 2.0, 10.5.2).")
    facts = ("open innen", "cancelled b") if interrupts else ("open innen", "open b")
    sentence = "Takes over its scope." if interrupts else "Runs beside its scope, each time."
    return Row(
        element(kind, place),
        place,
        "runs",
        sentence,
        file,
        (HAPPENS[kind],),
        facts,
        _without(kind) if interrupts else without("subProcess"),
        test=TESTS[place],
    )


def _undoing(place: str, beside: str, interrupts: bool) -> Row:
    inner = scope("s > a > ie", "<startEvent id='s'/><endEvent id='ie'/>") + beside
    throw = f"<intermediateThrowEvent id='w'>{DEFINED['compensate']}</intermediateThrowEvent>"
    file = bpmn("start > sub > w > end", f"<subProcess id='sub'>{inner}</subProcess>{throw}")
    sentence = "Undoes the completed sub-process it stands in" + (
        "." if interrupts else "; whether it interrupts has no meaning."
    )
    return Row(
        "compensateEventDefinition",
        place,
        "runs",
        sentence,
        file,
        ("do a",),
        ("open innen",),
        without("compensateEventDefinition"),
        test="test_compensation.py::"
        "test_a_compensation_event_sub_process_stands_for_the_rest_of_its_scope",
    )


def _inner_start(kind: str, place: str) -> Row:
    start = f"<startEvent id='x' {FLAGS.get(kind, '')}>{DEFINED[kind]}</startEvent>"
    inner = scope("x > innen > ie", start + "<endEvent id='ie'/>")
    file = bpmn("start > sub > end", f"<subProcess id='sub'>{inner}</subProcess>")
    if kind != "none":
        return refused(kind, place, file, "A sub-process begins when a token comes to it.")
    return Row(
        element("none", place),
        place,
        "runs",
        "The sub-process begins here.",
        file,
        facts=("done x", "open innen"),
        ignored=gone("x"),
        test="test_scopes.py::test_a_sub_process_runs_in_its_parents_data_and_then_goes_on",
    )


# --- intermediate events ----------------------------------------------------------------------

CATCH_TESTS = {
    "timer": "test_events.py::test_a_timer_fires_when_it_is_due_and_not_before",
    "message": "test_events.py::test_a_message_moves_the_event_that_waits_and_brings_its_answers",
    "signal": "test_events.py::test_a_signal_reaches_all_that_wait",
    "conditional": "test_events.py::"
    "test_a_conditional_event_happens_when_its_condition_becomes_true",
    "link": "test_events.py::test_a_link_goes_on_at_its_other_end",
}


def _catch(kind: str, place: str) -> Row:
    event = (
        f"<intermediateCatchEvent id='x' {FLAGS.get(kind, '')}>{DEFINED[kind]}"
        "</intermediateCatchEvent>"
    )
    if kind == "link":
        throw = f"<intermediateThrowEvent id='w'>{DEFINED['link']}</intermediateThrowEvent>"
        file = bpmn("start > w\nx > nach > end", event + throw)
        return Row(
            "linkEventDefinition",
            place,
            "runs",
            "The way goes on here.",
            file,
            facts=("done x", "open nach"),
            ignored=without("linkEventDefinition"),
            test=CATCH_TESTS["link"],
        )
    file = bpmn("start > und\nund > x > nach > end\nund > a > end", AND + event)
    if kind not in CATCH_TESTS:
        why = "Nothing would ever happen here." if kind == "none" else _why(kind)
        return refused(kind, place, file, why)
    steps = {"conditional": ("do a ok=true",)}.get(kind, (HAPPENS[kind],))
    sentence = {
        "timer": "Waits until its time: ISO 8601 or an expression.",
        "message": "Waits for the message, by name and `pik:key`.",
        "signal": "Waits for the signal, from this case or another.",
        "conditional": "Waits until its condition becomes true.",
    }[kind]
    ended = without("intermediateCatchEvent")
    return Row(
        element(kind, place),
        place,
        "runs",
        sentence,
        file,
        steps,
        ("done x", "open nach"),
        ended,
        test=CATCH_TESTS[kind],
    )


def _throw(kind: str, place: str) -> Row:
    event = (
        f"<intermediateThrowEvent id='x' {FLAGS.get(kind, '')}>{DEFINED[kind]}"
        "</intermediateThrowEvent>"
    )
    if kind == "none":
        file = bpmn("start > x > a > end", event)
        return Row(
            element("none", place),
            place,
            "runs",
            "A line in the history; the token goes on.",
            file,
            facts=("done x", "open a"),
            ignored=gone("x"),
        )
    if kind in ("message", "signal"):
        catch = f"<intermediateCatchEvent id='c'>{DEFINED[kind]}</intermediateCatchEvent>"
        file = bpmn("start > und\nund > a > x > end\nund > c > nach > end", AND + event + catch)
        sentence = "Who waits for it goes on, in this case and in others."
        test = {
            "message": "test_throwing.py::test_a_message_nobody_waits_for_here_is_handed_out",
            "signal": "test_throwing.py::test_a_signal_is_heard_in_the_case_and_handed_out",
        }[kind]
        return Row(
            element(kind, place),
            place,
            "runs",
            sentence,
            file,
            ("do a",),
            ("open nach",),
            silent,
            test=test,
        )
    if kind == "escalation":
        inner = scope("s > a > x > b > ie", f"<startEvent id='s'/><endEvent id='ie'/>{event}")
        border = (
            f"<boundaryEvent id='rand' attachedToRef='sub' cancelActivity='false'>"
            f"{DEFINED[kind]}</boundaryEvent>"
        )
        flows = "start > sub > end\nrand > nach > end"
        file = bpmn(flows, f"<subProcess id='sub'>{inner}</subProcess>{border}")
        return Row(
            element(kind, place),
            place,
            "runs",
            "Goes outwards until something takes it.",
            file,
            ("do a",),
            ("open nach", "open b"),
            _without(kind),
            test="test_events.py::test_an_escalation_may_leave_the_sub_process_running",
        )
    if kind == "compensate":
        file = bpmn("start > a > x > b > end", event + _handler("a"))
        return Row(
            element(kind, place),
            place,
            "runs",
            "Undoes what was completed, last first.",
            file,
            ("do a",),
            ("open zurueck",),
            silent,
            test="test_compensation.py::"
            "test_completed_activities_are_undone_last_first_and_the_event_waits",
        )
    if kind == "link":
        catch = f"<intermediateCatchEvent id='c'>{DEFINED['link']}</intermediateCatchEvent>"
        file = bpmn("start > x\nc > nach > end", event + catch)
        return Row(
            element(kind, place),
            place,
            "runs",
            "The way goes on at the other end.",
            file,
            facts=("open nach",),
            ignored=_without(kind),
            test=CATCH_TESTS["link"],
        )
    return refused(kind, place, bpmn("start > a > x > b > end", event), _why(kind))


def silent(root: etree._Element) -> None:
    """The event `x` (or `w`) throws nothing; others of its kind stay."""
    for event in list(root.iter(etree.Element)):
        if event.get("id") in ("x", "w"):
            for child in list(event):
                event.remove(child)


def _handler(host: str) -> str:
    return (
        f"<boundaryEvent id='rand' attachedToRef='{host}'>{DEFINED['compensate']}</boundaryEvent>"
        "<userTask id='zurueck' isForCompensation='true'/>"
        "<association id='v' sourceRef='rand' targetRef='zurueck' associationDirection='One'/>"
    )


# --- boundary events --------------------------------------------------------------------------


def _boundary(kind: str, place: str) -> Row:
    interrupts = place.endswith(", interrupting")
    flags = f"{FLAGS.get(kind, '')} cancelActivity='{str(interrupts).lower()}'"
    if kind == "compensate":
        return _compensation_border(place, interrupts)
    tag = "transaction" if kind == "cancel" else "subProcess"
    event = f"<boundaryEvent id='x' attachedToRef='sub' {flags}>{DEFINED[kind]}</boundaryEvent>"
    thrown = _throws(kind) if kind != "cancel" else f"<endEvent id='w'>{DEFINED[kind]}</endEvent>"
    inner = scope(
        "s > und\nund > a > w\nund > b > ie",
        f"<startEvent id='s'/>{AND}<endEvent id='ie'/>{thrown}",
    )
    file = bpmn("start > sub > end\nx > nach > end", f"<{tag} id='sub'>{inner}</{tag}>{event}")
    if kind == "cancel" and interrupts:
        return Row(
            element(kind, place),
            place,
            "runs",
            "The way out of a cancelled transaction.",
            file,
            ("do a",),
            ("open nach", "cancelled b"),
            gone("x"),
            test="test_compensation.py::"
            "test_a_cancelled_transaction_is_undone_and_leaves_by_its_boundary",
        )
    if kind in ("error", "cancel") and not interrupts:
        return refused(kind, place, file, "It always interrupts (BPMN 2.0, 10.5.4).")
    if kind not in HAPPENS:
        why = "Nothing would ever happen here." if kind == "none" else _why(kind)
        return refused(kind, place, file, why)
    facts = ("open nach", "cancelled b") if interrupts else ("open nach", "open b")
    sentence = "Ends its activity." if interrupts else "A token beside the activity, each time."
    return Row(
        element(kind, place),
        place,
        "runs",
        sentence,
        file,
        (HAPPENS[kind],),
        facts,
        gone("x"),
        test=TESTS[place],
    )


def _compensation_border(place: str, interrupts: bool) -> Row:
    throw = f"<intermediateThrowEvent id='w'>{DEFINED['compensate']}</intermediateThrowEvent>"
    border = _handler("a").replace("id='rand'", f"id='x' cancelActivity='{interrupts}'".lower())
    file = bpmn("start > a > w > b > end", throw + border.replace("'rand'", "'x'"))
    test = "test_compensation.py::test_only_what_was_completed_is_undone_and_only_once"
    sentence = "Names the activity that undoes this one; whether it interrupts has no meaning."
    return Row(
        "compensateEventDefinition",
        place,
        "runs",
        sentence,
        file,
        ("do a",),
        ("open zurueck",),
        gone("x"),
        test=test,
    )


# --- end events -------------------------------------------------------------------------------

END_TESTS = {
    "none": "test_scopes.py::test_the_last_end_event_of_the_top_process_is_the_outcome",
    "message": "test_throwing.py::test_a_message_somebody_waits_for_here_stays_in_the_case",
    "signal": "test_throwing.py::test_a_signal_is_heard_in_the_case_and_handed_out",
    "error": "test_events.py::test_an_error_goes_to_the_boundary_event_with_its_code",
    "escalation": "test_boundaries.py::"
    "test_an_escalation_end_event_is_heard_outside_of_the_called_process",
    "terminate": "test_scope_ends.py::test_terminate_ends_the_whole_case_at_the_top",
    "cancel": "test_compensation.py::"
    "test_a_cancelled_transaction_is_undone_and_leaves_by_its_boundary",
    "compensate": "test_compensation.py::"
    "test_an_end_event_undoes_before_the_case_ends_and_names_the_outcome",
}
END_SENTENCES = {
    "none": "Ends its token; the last one names the outcome of the case.",
    "message": "Sends the message, then ends its token.",
    "signal": "Throws the signal, then ends its token.",
    "error": "Ends its scope; goes outwards to a catcher, else the case ends with the error.",
    "escalation": "Goes outwards to a catcher, then ends its token.",
    "terminate": "Ends everything in its scope.",
    "cancel": "Cancels its transaction: what is open ends, what was completed is undone.",
    "compensate": "Undoes what was completed, then ends its token.",
}


def _end(kind: str, place: str) -> Row:
    event = f"<endEvent id='x' name='Ziel' {FLAGS.get(kind, '')}>{DEFINED[kind]}</endEvent>"
    if kind not in END_TESTS:
        return refused(kind, place, bpmn("start > a > x", event), _why(kind))
    steps, facts, ignored = ("do a",), ("open nach",), _without(kind)
    if kind == "none":
        file, facts = bpmn("start > a > x", event), ("ended Ziel",)
    elif kind in ("message", "signal"):
        catch = f"<intermediateCatchEvent id='c'>{DEFINED[kind]}</intermediateCatchEvent>"
        file = bpmn("start > und\nund > a > x\nund > c > nach > end", AND + event + catch)
        ignored = silent
    elif kind == "terminate":
        file, facts = bpmn("start > und\nund > a > x\nund > b > end", AND + event), ("cancelled b",)
    elif kind == "compensate":
        file, facts = bpmn("start > a > x", event + _handler("a")), ("open zurueck",)
        ignored = silent
    else:
        tag = "transaction" if kind == "cancel" else "subProcess"
        nodes = f"<startEvent id='s'/>{AND}<endEvent id='ie'/>{event}"
        inner = scope("s > und\nund > a > x\nund > b > ie", nodes)
        border = f"<boundaryEvent id='rand' attachedToRef='sub'>{DEFINED[kind]}</boundaryEvent>"
        flows = "start > sub > end\nrand > nach > end"
        file = bpmn(flows, f"<{tag} id='sub'>{inner}</{tag}>{border}")
        ignored = silent
    return Row(
        element(kind, place),
        place,
        "runs",
        END_SENTENCES[kind],
        file,
        steps,
        facts,
        ignored,
        test=END_TESTS[kind],
    )


BUILDERS = {
    "start": _start,
    "start of an event sub-process, interrupting": _trigger,
    "start of an event sub-process, not interrupting": _trigger,
    "start of a sub-process": _inner_start,
    "intermediate catch": _catch,
    "intermediate throw": _throw,
    "boundary, interrupting": _boundary,
    "boundary, not interrupting": _boundary,
    "end": _end,
}
