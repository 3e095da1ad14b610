"""The elements and words of BPMN 2.0 as lists: run, known, read past, and what to use instead.

tests/unit/engine/test_element_table.py holds them to the standard's schema.
"""

from pikflow.engine.xml import PIK

# Flow nodes the engine runs; tests/unit/engine shows each of them.
RUN = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "transaction",
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
    }
)
# Parts of those, and what only describes or draws.
KNOWN = frozenset(
    {
        "sequenceFlow",
        "conditionExpression",
        "laneSet",
        "childLaneSet",
        "lane",
        "flowNodeRef",
        "incoming",
        "outgoing",
        "documentation",
        "extensionElements",
        "textAnnotation",
        "text",
        "association",
        "group",
        "categoryValueRef",
        "timerEventDefinition",
        "timeDuration",
        "timeDate",
        "timeCycle",
        "messageEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "conditionalEventDefinition",
        "terminateEventDefinition",
        "linkEventDefinition",
        "compensateEventDefinition",
        "cancelEventDefinition",
        "source",
        "target",
        "condition",
        "operationRef",
        "script",
        "standardLoopCharacteristics",
        "loopCondition",
        "multiInstanceLoopCharacteristics",
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "completionCondition",
        "supportedInterfaceRef",
        "supports",
        "auditing",
        "monitoring",
    }
)
# Read past: what they say has no effect here. One remark per node is enough.
IGNORED = {
    "dataObject": "Datenobjekte werden gezeichnet, aber nicht ausgewertet",
    "dataObjectReference": "Datenobjekte werden gezeichnet, aber nicht ausgewertet",
    "dataStoreReference": "Datenspeicher werden gezeichnet, aber nicht ausgewertet",
    "dataState": "Datenobjekte werden gezeichnet, aber nicht ausgewertet",
    "ioSpecification": "Ein- und Ausgaben (ioSpecification) werden nicht ausgewertet",
    "ioBinding": "Ein- und Ausgaben (ioBinding) werden nicht ausgewertet",
    "dataInputAssociation": "Datenflüsse werden nicht ausgewertet",
    "dataOutputAssociation": "Datenflüsse werden nicht ausgewertet",
    "dataInput": "Ein- und Ausgaben werden nicht ausgewertet",
    "dataOutput": "Ein- und Ausgaben werden nicht ausgewertet",
    "inputSet": "Ein- und Ausgaben werden nicht ausgewertet",
    "outputSet": "Ein- und Ausgaben werden nicht ausgewertet",
    "property": "Eigenschaften (property) werden nicht ausgewertet",
    "resourceRole": "Zuständigkeiten (resourceRole) werden nicht ausgewertet",
    "performer": "Zuständigkeiten (performer) werden nicht ausgewertet",
    "humanPerformer": "Zuständigkeiten (humanPerformer) werden nicht ausgewertet",
    "potentialOwner": "Zuständigkeiten (potentialOwner) werden nicht ausgewertet",
    "rendering": "Formulare anderer Werkzeuge (rendering) werden nicht ausgewertet",
    "partitionElement": "Zuordnungen von Bahnen (partitionElement) werden nicht ausgewertet",
}
DATA_HINT = (
    "Alle Schritte eines Vorgangs teilen sich seine Daten. Nennen Sie das Ergebnis einer Aufgabe "
    "in pik:result, oder setzen Sie Werte in einer Skript-Aufgabe."
)
ROLE_HINT = "Wer eine Aufgabe bearbeitet, sagt die Bahn, in der sie steht."
INSTEAD = {
    "complexGateway": "Zeichnen Sie die Regel mit exklusiven und parallelen Gateways.",
    "adHocSubProcess": "Zeichnen Sie einen Unterprozess mit festen Wegen.",
    "globalUserTask": "Nehmen Sie einen eigenen Prozess und rufen Sie ihn auf.",
    "implicitThrowEvent": "Nehmen Sie ein Zwischenereignis.",
    **dict.fromkeys(
        ("assignment", "transformation"), "Setzen Sie Werte in einer Skript-Aufgabe davor."
    ),
    **dict.fromkeys(
        ("correlationKey", "correlationProperty", "correlationSubscription"),
        "Für welchen Vorgang eine Nachricht ist, sagt pik:key an den Ereignissen.",
    ),
}
OURS = frozenset({"", "pik", "pikflow", PIK})
FLAGS = (
    *("cancelActivity", "isInterrupting", "triggeredByEvent", "isForCompensation", "isSequential"),
    *("testBefore", "parallelMultiple", "instantiate", "waitForCompletion"),
)
EXPRESSIONS = frozenset(
    {"conditionExpression", "condition", "completionCondition", "loopCondition", "loopCardinality"}
    | {"timeDate", "timeDuration", "timeCycle"}
)
GERMAN = {
    "correlationSubscription": "Korrelation",
    "correlationKey": "Korrelation",
    "correlationProperty": "Korrelation",
    "assignment": "Zuweisung an einem Datenfluss",
    "transformation": "Umrechnung an einem Datenfluss",
    "globalUserTask": "globale Aufgabe",
}
ROOT = frozenset(
    {
        "process",
        "collaboration",
        "message",
        "signal",
        "error",
        "escalation",
        "itemDefinition",
        "dataStore",
        "category",
        "import",
        "interface",
        "resource",
        "extension",
        "relationship",
        "partnerEntity",
        "partnerRole",
        "endPoint",
        "documentation",
        "extensionElements",
        "eventDefinition",
        "timerEventDefinition",
        "messageEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "terminateEventDefinition",
        "conditionalEventDefinition",
    }
)
