"""The elements of BPMN 2.0.2 as its XML schema (Semantic.xsd) names them, written out as data.

test_element_table.py holds this list to the schema that comes with SpiffWorkflow. The markup
`definitions` and the drawing (BPMN DI) are not in it.
"""

# Declared by themselves: flow elements, artifacts, data, root elements and their types.
DECLARED = frozenset(
    """
    activity adHocSubProcess artifact assignment association auditing baseElement
    baseElementWithMixedContent boundaryEvent businessRuleTask callActivity callChoreography
    callConversation callableElement cancelEventDefinition catchEvent category categoryValue
    choreography choreographyActivity choreographyTask collaboration compensateEventDefinition
    complexBehaviorDefinition complexGateway conditionalEventDefinition conversation
    conversationAssociation conversationLink conversationNode correlationKey correlationProperty
    correlationPropertyBinding correlationPropertyRetrievalExpression correlationSubscription
    dataAssociation dataInput dataInputAssociation dataObject dataObjectReference dataOutput
    dataOutputAssociation dataState dataStore dataStoreReference documentation endEvent endPoint
    error errorEventDefinition escalation escalationEventDefinition event eventBasedGateway
    eventDefinition exclusiveGateway expression extension extensionElements flowElement flowNode
    formalExpression gateway globalBusinessRuleTask globalChoreographyTask globalConversation
    globalManualTask globalScriptTask globalTask globalUserTask group humanPerformer
    implicitThrowEvent inclusiveGateway inputSet interface intermediateCatchEvent
    intermediateThrowEvent ioBinding ioSpecification itemDefinition lane laneSet
    linkEventDefinition loopCharacteristics manualTask message messageEventDefinition
    messageFlow messageFlowAssociation monitoring multiInstanceLoopCharacteristics operation
    outputSet parallelGateway participant participantAssociation participantMultiplicity
    partnerEntity partnerRole performer potentialOwner process property receiveTask relationship
    rendering resource resourceAssignmentExpression resourceParameter resourceParameterBinding
    resourceRole rootElement script scriptTask sendTask sequenceFlow serviceTask signal
    signalEventDefinition standardLoopCharacteristics startEvent subChoreography subConversation
    subProcess task terminateEventDefinition text textAnnotation throwEvent timerEventDefinition
    transaction userTask
    """.split()  # noqa: SIM905 - a list of words by lines
)
# Only parts of others.
PARTS = frozenset(
    """
    activationCondition categoryValueRef childLaneSet choreographyRef completionCondition
    condition conditionExpression correlationPropertyRef dataInputRefs dataOutputRefs dataPath
    endPointRef errorRef eventDefinitionRef flowNodeRef from inMessageRef incoming
    innerParticipantRef inputDataItem inputSetRefs interfaceRef loopCardinality loopCondition
    loopDataInputRef loopDataOutputRef messageFlowRef messagePath operationRef optionalInputRefs
    optionalOutputRefs outMessageRef outerParticipantRef outgoing outputDataItem outputSetRefs
    participantRef partitionElement resourceRef source sourceRef supportedInterfaceRef supports
    target targetRef timeCycle timeDate timeDuration to transformation whileExecutingInputRefs
    whileExecutingOutputRefs
    """.split()  # noqa: SIM905 - a list of words by lines
)
EVENT_DEFINITIONS = (
    *("none", "message", "timer", "error", "escalation", "cancel", "compensate"),
    *("conditional", "link", "signal", "terminate", "multiple", "parallel multiple"),
)
POSITIONS = (
    *("start", "start of an event sub-process, interrupting"),
    *("start of an event sub-process, not interrupting", "start of a sub-process"),
    *("intermediate catch", "intermediate throw"),
    *("boundary, interrupting", "boundary, not interrupting", "end"),
)
