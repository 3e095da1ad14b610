"""Data, roles, artifacts, lanes, root elements, and the parts of all of them."""

from collections.abc import Iterator

from .events import AND, DEFINED
from .rows import Row, bpmn, gone, scope, without

PLAIN = bpmn("start > a > end")
DATA = "Every step of a case shares its data; the check says that this is only drawn."
ROLES = "The lane says who works on a task; the check says that this is not asked."
DRAWN = "Part of the drawing."
TOLD = "Describes; nothing depends on it."


def rows() -> Iterator[Row]:
    yield from _shown_in_process()
    yield from _shown_at_task()
    yield from _shown_beside()
    yield from _refused()
    yield from _read()


def _process(inner: str, task: str = "<userTask id='a'/>") -> bytes:
    return bpmn("start > a > end", task + inner)


def _task(inner: str) -> bytes:
    return _process("", f"<userTask id='a'>{inner}</userTask>")


def _root(inner: str, file: bytes = PLAIN) -> bytes:
    return file.replace(b"</definitions>", f"{inner}</definitions>".replace("'", '"').encode())


def _families(families: dict[str, tuple[str, str]], build: object) -> Iterator[Row]:
    """Rows of elements that come together: names -> (the XML, a sentence)."""
    for names, (xml, sentence) in families.items():
        for name in names.split():
            assert f"<{name}" in xml, name
            file = build(xml)  # type: ignore[operator]
            yield Row(name, "", "shown only", sentence, file, ("do a",), ignored=without(name))


def _shown_in_process() -> Iterator[Row]:
    families = {
        "dataObject dataObjectReference dataState": (
            "<dataObject id='d'/><dataObjectReference id='x' dataObjectRef='d'>"
            "<dataState name='neu'/></dataObjectReference>",
            DATA,
        ),
        "dataStoreReference": ("<dataStoreReference id='x' name='Akte'/>", DATA),
        "property": ("<property id='x' name='merkmal'/>", DATA),
        "textAnnotation text": (
            "<textAnnotation id='x'><text>Notiz</text></textAnnotation>",
            DRAWN,
        ),
        "group categoryValueRef": (
            "<group id='x' categoryValueRef='k'/>"
            "<dataObject id='o'><categoryValueRef>k</categoryValueRef></dataObject>",
            DRAWN,
        ),
        "association": (
            "<textAnnotation id='t'><text>Notiz</text></textAnnotation>"
            "<association id='x' sourceRef='a' targetRef='t'/>",
            DRAWN,
        ),
        "auditing monitoring": ("<auditing/><monitoring/>", TOLD),
        "ioSpecification inputSet outputSet ioBinding": (
            "<ioSpecification><inputSet/><outputSet/></ioSpecification>"
            "<ioBinding operationRef='o' inputDataRef='i' outputDataRef='j'/>",
            DATA,
        ),
        "supportedInterfaceRef supports": (
            "<supports>andere</supports><supportedInterfaceRef>i</supportedInterfaceRef>",
            TOLD,
        ),
    }
    yield from _families(families, _process)


def _shown_at_task() -> Iterator[Row]:
    sets = "".join(
        f"<{name}>i</{name}>"
        for name in ("dataInputRefs", "optionalInputRefs", "whileExecutingInputRefs")
    )
    results = "".join(
        f"<{name}>j</{name}>"
        for name in ("dataOutputRefs", "optionalOutputRefs", "whileExecutingOutputRefs")
    )
    families = {
        "dataInput dataOutput dataInputRefs optionalInputRefs whileExecutingInputRefs "
        "outputSetRefs dataOutputRefs optionalOutputRefs whileExecutingOutputRefs inputSetRefs": (
            "<ioSpecification><dataInput id='i'/><dataOutput id='j'/>"
            f"<inputSet id='is'>{sets}<outputSetRefs>os</outputSetRefs></inputSet>"
            f"<outputSet id='os'>{results}<inputSetRefs>is</inputSetRefs></outputSet>"
            "</ioSpecification>",
            DATA,
        ),
        "dataInputAssociation dataOutputAssociation sourceRef targetRef": (
            "<dataInputAssociation><sourceRef>d</sourceRef><targetRef>i</targetRef>"
            "</dataInputAssociation><dataOutputAssociation><targetRef>d</targetRef>"
            "</dataOutputAssociation>",
            DATA,
        ),
        "potentialOwner resourceAssignmentExpression": (
            "<potentialOwner><resourceAssignmentExpression><formalExpression>chef"
            "</formalExpression></resourceAssignmentExpression></potentialOwner>",
            ROLES,
        ),
        "performer humanPerformer resourceRole resourceRef resourceParameterBinding": (
            "<performer/><humanPerformer/><resourceRole><resourceRef>r</resourceRef>"
            "<resourceParameterBinding parameterRef='p'/></resourceRole>",
            ROLES,
        ),
        "rendering": ("<rendering/>", "Forms are named by `pik:form`."),
        "extensionElements": (
            "<extensionElements><fremd xmlns='urn:fremd'/></extensionElements>",
            "Kept; the check says what other products' words are not read.",
        ),
        "incoming outgoing": (
            "<incoming>start_a</incoming><outgoing>a_end</outgoing>",
            "The flows themselves say it.",
        ),
    }
    yield from _families(families, _task)


def _shown_beside() -> Iterator[Row]:
    roots = {
        "itemDefinition": ("<itemDefinition id='x' structureRef='xs:string'/>", TOLD),
        "dataStore": ("<dataStore id='x'/>", DATA),
        "category categoryValue": (
            "<category id='x'><categoryValue id='k' value='A'/></category>",
            DRAWN,
        ),
        "interface operation inMessageRef outMessageRef errorRef": (
            "<interface id='x' name='I'><operation id='o' name='O'><inMessageRef>M1</inMessageRef>"
            "<outMessageRef>M2</outMessageRef><errorRef>E1</errorRef></operation></interface>",
            "A service task names its connector.",
        ),
        "resource resourceParameter": (
            "<resource id='x' name='R'><resourceParameter id='q' name='n'/></resource>",
            ROLES,
        ),
        "endPoint": ("<endPoint id='x'/>", TOLD),
        "partnerEntity partnerRole": (
            "<partnerEntity id='x' name='E'/><partnerRole id='y' name='R'/>",
            TOLD,
        ),
        "relationship source target": (
            "<relationship id='x' type='t'><source>a</source><target>p</target></relationship>",
            TOLD,
        ),
        "extension": ("<extension definition='u:x'/>", "Kept, unless it has to be understood."),
        "collaboration participant messageFlow participantMultiplicity interfaceRef endPointRef": (
            "<collaboration id='x'><participant id='t1' processRef='p'>"
            "<interfaceRef>i</interfaceRef><endPointRef>e</endPointRef>"
            "<participantMultiplicity minimum='0'/></participant><participant id='t2'/>"
            "<messageFlow id='mf' sourceRef='a' targetRef='t2'/></collaboration>",
            "Messages find who waits for them by their names.",
        ),
        "conversation conversationLink participantRef messageFlowRef callConversation "
        "subConversation participantAssociation innerParticipantRef outerParticipantRef "
        "messageFlowAssociation conversationAssociation choreographyRef": (
            "<collaboration id='x'><participant id='t1' processRef='p'/>"
            "<conversation id='c'><participantRef>t1</participantRef>"
            "<messageFlowRef>mf</messageFlowRef></conversation><callConversation id='c2'>"
            "<participantAssociation><innerParticipantRef>t1</innerParticipantRef>"
            "<outerParticipantRef>t1</outerParticipantRef></participantAssociation>"
            "</callConversation><subConversation id='c3'/><conversationAssociation "
            "innerConversationNodeRef='c' outerConversationNodeRef='c2'/>"
            "<messageFlowAssociation innerMessageFlowRef='mf' outerMessageFlowRef='mf'/>"
            "<choreographyRef>ch</choreographyRef><conversationLink id='l' sourceRef='t1' "
            "targetRef='c'/></collaboration>",
            "Conversations describe who talks to whom.",
        ),
    }
    yield from _families(roots, _root)
    lanes = (
        "<laneSet><lane id='l' name='Amt'><partitionElement/>"
        "<flowNodeRef>a</flowNodeRef></lane></laneSet>"
    )
    yield Row(
        "partitionElement",
        "",
        "shown only",
        "The name of the lane counts.",
        _process(lanes),
        ("do a",),
        ignored=without("partitionElement"),
    )
    sends = f"<intermediateThrowEvent id='a'>{DEFINED['message']}</intermediateThrowEvent>"
    operated = sends.replace(
        '"M1"/>', '"M1"><operationRef>o</operationRef></messageEventDefinition>'
    )
    yield Row(
        "operationRef",
        "",
        "shown only",
        "A service task names its connector.",
        _process("", operated),
        (),
        ignored=without("operationRef"),
    )


def _refused() -> Iterator[Row]:
    abstract = (
        *("activity", "artifact", "baseElement", "baseElementWithMixedContent"),
        *("callableElement", "catchEvent", "choreographyActivity", "conversationNode"),
        *("dataAssociation", "event", "eventDefinition", "expression", "flowElement", "flowNode"),
        *("gateway", "loopCharacteristics", "rootElement", "throwEvent"),
    )
    for name in abstract:
        place = "as an element" if name in ("activity", "gateway") else ""
        yield Row(
            name,
            place,
            "refused",
            "Only a base of others; no tool writes it.",
            _process(f"<{name} id='x'/>"),
            named="",
        )
    defined = "<startEvent id='x'><eventDefinitionRef>M</eventDefinitionRef></startEvent>"
    yield Row(
        "eventDefinitionRef",
        "",
        "refused",
        "Write the trigger at the event itself.",
        bpmn("x > a > end", defined),
    )
    complex_loop = (
        "<userTask id='x'><multiInstanceLoopCharacteristics behavior='Complex'>"
        "<loopCardinality>2</loopCardinality><complexBehaviorDefinition><condition>1</condition>"
        "<event/></complexBehaviorDefinition></multiInstanceLoopCharacteristics></userTask>"
    )
    for name in ("complexBehaviorDefinition", "event, of a complex behavior"):
        element, _, place = name.partition(", ")
        yield Row(
            element,
            place,
            "refused",
            "Draw the event inside a sub-process.",
            bpmn("start > x > end", complex_loop),
        )
    yield Row(
        "activationCondition",
        "",
        "refused",
        "Part of complex gateways.",
        bpmn(
            "start > x\nx > a > end\nx > b > end",
            "<complexGateway id='x'><activationCondition>1</activationCondition></complexGateway>",
        ),
    )
    moved = (
        "<userTask id='x'><dataInputAssociation><sourceRef>d</sourceRef><targetRef>i</targetRef>"
        "{}</dataInputAssociation></userTask>"
    )
    for names, inner in (
        ("assignment from to", "<assignment><from>a</from><to>b</to></assignment>"),
        ("transformation", "<transformation>a</transformation>"),
    ):
        for name in names.split():
            yield Row(
                name,
                "",
                "refused",
                "Values are set in a script task.",
                bpmn("start > x > end", moved.format(inner)),
            )
    correlation = "Messages are told apart by `pik:key`."
    subscription = (
        "<correlationSubscription id='x' correlationKeyRef='k'><correlationPropertyBinding "
        "correlationPropertyRef='e'><dataPath>a</dataPath></correlationPropertyBinding>"
        "</correlationSubscription>"
    )
    for name in ("correlationSubscription", "correlationPropertyBinding", "dataPath"):
        yield Row(name, "", "refused", correlation, _process(subscription))
    for name in ("correlationProperty", "correlationPropertyRetrievalExpression", "messagePath"):
        yield Row(
            name,
            "",
            "refused",
            correlation,
            _root(
                "<correlationProperty id='x'>"
                "<correlationPropertyRetrievalExpression messageRef='M1'>"
                "<messagePath>a</messagePath></correlationPropertyRetrievalExpression>"
                "</correlationProperty>"
            ),
        )
    for name in ("correlationKey", "correlationPropertyRef"):
        yield Row(
            name,
            "",
            "refused",
            correlation,
            _root(
                "<collaboration id='c'><participant id='t' processRef='p'/><correlationKey id='x'>"
                "<correlationPropertyRef>e</correlationPropertyRef></correlationKey></collaboration>"
            ),
        )
    for name in (
        "globalTask",
        "globalUserTask",
        "globalManualTask",
        "globalScriptTask",
        "globalBusinessRuleTask",
        "globalChoreographyTask",
        "globalConversation",
        "choreography",
    ):
        why = "A process of its own can be called." if "Task" in name else "No engine runs it."
        yield Row(name, "", "refused", why, _root(f"<{name} id='x'/>"))
    yield Row(
        "extension",
        "that has to be understood",
        "refused",
        "Its author says that the file means something else without it.",
        _root("<extension id='x' definition='u:x' mustUnderstand='true'/>"),
    )


def _read() -> Iterator[Row]:
    """Parts that something depends on."""
    lanes = "<laneSet><lane id='l' name='{}'><flowNodeRef>a</flowNodeRef>{}</lane></laneSet>"
    for name in ("laneSet", "lane", "flowNodeRef"):
        yield Row(
            name,
            "",
            "runs",
            "Who works on a task, by the name of its lane.",
            _process(lanes.format("Amt", "")),
            (),
            ("lane a Amt",),
            without(name),
        )
    nested = (
        "<childLaneSet><lane id='m' name='Referat'><flowNodeRef>a</flowNodeRef></lane>"
        "</childLaneSet>"
    )
    yield Row(
        "childLaneSet",
        "",
        "runs",
        "The innermost lane counts.",
        _process(lanes.format("Amt", nested)),
        (),
        ("lane a Referat",),
        without("childLaneSet"),
    )
    yield Row(
        "documentation",
        "",
        "runs",
        "Shown to the person who works on the task.",
        _task("<documentation>Bitte lesen.</documentation>"),
        (),
        ("text a Bitte lesen.",),
        without("documentation"),
    )
    yield Row("process", "", "runs", "What is started.", PLAIN, (), ("open a",), without("process"))
    yield from _named()
    yield from _timed()
    yield from _repeated()
    yield Row(
        "script",
        "",
        "runs",
        "Lines of `name = expression`.",
        bpmn("start > x > a > end", "<scriptTask id='x'><script>i = 1</script></scriptTask>"),
        (),
        ("data i=1",),
        without("script"),
    )
    handler = (
        f"<boundaryEvent id='r' attachedToRef='a'>{DEFINED['compensate']}</boundaryEvent>"
        "<userTask id='x' isForCompensation='true'/>"
        "<association id='v' sourceRef='r' targetRef='x' associationDirection='One'/>"
        f"<intermediateThrowEvent id='w'>{DEFINED['compensate']}</intermediateThrowEvent>"
    )
    yield Row(
        "association",
        "from a compensation event",
        "runs",
        "Leads to the activity that undoes.",
        bpmn("start > a > w > b > end", handler),
        ("do a",),
        ("open x",),
        gone("v"),
    )


def _named() -> Iterator[Row]:
    """Root elements an event names."""
    for name, kind, shown in (
        ("message", "message", "Antwort"),
        ("signal", "signal", "Alarm"),
    ):
        throw = f"<intermediateThrowEvent id='x'>{DEFINED[kind]}</intermediateThrowEvent>"
        yield Row(
            name,
            "",
            "runs",
            "Its name is what matches.",
            bpmn("start > x > a > end", throw),
            (),
            (f"thrown {kind} {shown}",),
            without(name),
        )
    error = f"<endEvent id='x'>{DEFINED['error']}</endEvent>"
    yield Row(
        "error",
        "",
        "runs",
        "Its code is what matches.",
        bpmn("start > x", error),
        (),
        ("error kaputt",),
        without("error"),
    )
    throw = f"<intermediateThrowEvent id='w'>{DEFINED['escalation']}</intermediateThrowEvent>"
    inner = scope("s > w > b > ie", f"<startEvent id='s'/><endEvent id='ie'/>{throw}")
    again = '<escalationEventDefinition escalationRef="X2"/>'
    border = f"<boundaryEvent id='x' attachedToRef='sub'>{again}</boundaryEvent>"
    file = bpmn(
        "start > sub > end\nx > nach > end", f"<subProcess id='sub'>{inner}</subProcess>" + border
    )
    file = _root("<escalation id='X2' escalationCode='hoch'/>", file)
    yield Row(
        "escalation",
        "",
        "runs",
        "Its code is what matches.",
        file,
        (),
        ("open nach",),
        without("escalation"),
    )


def _timed() -> Iterator[Row]:
    for name, text, due in (
        ("timeDate", "2026-12-30", "2026-12-30"),
        ("timeDuration", "P14D", "2026-03-16"),
        ("timeCycle", "R3/P7D", "2026-03-09"),
    ):
        event = (
            f"<boundaryEvent id='x' attachedToRef='a' cancelActivity='false'><timerEventDefinition>"
            f"<{name}>{text}</{name}></timerEventDefinition></boundaryEvent>"
        )
        yield Row(
            name,
            "",
            "runs",
            "ISO 8601 as every tool writes it, or an expression.",
            bpmn("start > a > end\nx > b > end", event),
            (),
            (f"due x {due}",),
            without(name),
            test="test_events.py::test_a_timer_knows_its_instant_when_it_is_reached",
        )
    event = f"<intermediateCatchEvent id='x'>{DEFINED['conditional']}</intermediateCatchEvent>"
    yield Row(
        "condition",
        "",
        "runs",
        "An expression; the event happens when it becomes true.",
        bpmn("start > und\nund > x > nach > end\nund > a > end", AND + event),
        ("do a ok=true",),
        ("open nach",),
        without("condition"),
    )


def _repeated() -> Iterator[Row]:
    loop = (
        "<userTask id='x'><multiInstanceLoopCharacteristics>{}</multiInstanceLoopCharacteristics>"
        "</userTask>"
    )
    before = "<scriptTask id='v'><script>liste = [1, 2]</script></scriptTask>"
    flows = "start > v > x > a > end"
    listed = "<loopDataInputRef>liste</loopDataInputRef>"
    results = "<loopDataOutputRef>alle</loopDataOutputRef>"
    yield Row(
        "loopCardinality",
        "",
        "runs",
        "How many instances.",
        bpmn(flows, before + loop.format("<loopCardinality>3</loopCardinality>")),
        (),
        ("open x x3",),
        without("loopCardinality"),
    )
    yield Row(
        "loopDataInputRef",
        "",
        "runs",
        "The list, by its name in the case.",
        bpmn(flows, before + loop.format(listed)),
        (),
        ("open x x2",),
        without("loopDataInputRef"),
        test="test_loops.py::test_a_parallel_task_opens_once_per_entry_with_local_names",
    )
    item = "<inputDataItem name='e'/><outputDataItem name='r'/>"
    each = (
        loop.format(listed + results + item)
        .replace("userTask", "scriptTask")
        .replace("</scriptTask>", "<script>r = e * 10</script></scriptTask>")
    )
    for name in ("loopDataOutputRef", "inputDataItem", "outputDataItem"):
        yield Row(
            name,
            "",
            "runs",
            "The names of the instances and of their results.",
            bpmn(flows, before + each),
            (),
            ("data alle=[10, 20]",),
            without(name),
            test="test_loops.py::test_outputs_keep_the_order_of_the_input",
        )
    done = "<completionCondition>nrOfCompletedInstances == 1</completionCondition>"
    yield Row(
        "completionCondition",
        "",
        "runs",
        "Cancels the rest when it holds.",
        bpmn(flows, before + loop.format(listed + done)),
        ("do x",),
        ("open a", "cancelled x"),
        without("completionCondition"),
        test="test_loops.py::test_a_completion_condition_cancels_the_rest",
    )
    again = (
        "<userTask id='x'><standardLoopCharacteristics loopMaximum='3'>"
        "<loopCondition>noch</loopCondition></standardLoopCharacteristics></userTask>"
    )
    yield Row(
        "loopCondition",
        "",
        "runs",
        "Again while it holds.",
        bpmn("start > x > a > end", again),
        ("do x noch=false",),
        ("open a",),
        without("loopCondition"),
        test="test_loops.py::test_a_standard_loop_repeats_while_its_condition_holds",
    )
