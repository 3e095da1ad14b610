"""Conditions, counts and times in a file: each expression of another language becomes one of
ours, in its place."""

from collections.abc import Iterator

from lxml import etree

from pikflow.engine.checks.vocabulary import EXPRESSIONS, OURS
from pikflow.engine.foreign.desk import Desk
from pikflow.engine.foreign.languages import Meant
from pikflow.engine.foreign.times import read_time
from pikflow.engine.reading import children, local, namespace, text_of
from pikflow.engine.xml import BPMN
from pikflow.expressions.pieces import Untranslatable

_TIMES = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_GERMAN = {
    "conditionExpression": "Bedingung an einem Weg",
    "condition": "Bedingung eines Ereignisses",
    "completionCondition": "Endbedingung der Mehrfachausführung",
    "loopCondition": "Bedingung der Wiederholung",
    "loopCardinality": "Anzahl der Mehrfachausführung",
    "timeDate": "Zeitpunkt",
    "timeDuration": "Dauer",
    "timeCycle": "Wiederholung eines Timers",
}


def translate(desk: Desk) -> None:
    failed = False
    for element in _expressions(desk.source.tree.getroot()):
        text = text_of(element)
        if not text:
            _from_elsewhere(desk, element)
            continue
        name = local(element)
        what = _GERMAN[name]
        if name in _TIMES:
            meant = _time(desk, element, text, what)
        else:
            meant = desk.expression(element, what, text)
        if meant is None:
            failed = True
            continue
        if meant.text != text:
            desk.source.set_text(element, meant.text)
            what = f"{what} aus {meant.language} übersetzt." if meant.language else f"{what}."
            desk.translated(element, what, text, meant.text, meant.hint)
        _drop_language(desk, element)
    _root_language(desk, failed)


def _expressions(root: etree._Element) -> Iterator[etree._Element]:
    for process in children(root, "process"):
        for element in process.iter(etree.Element):
            if namespace(element) == BPMN and local(element) in EXPRESSIONS:
                yield element


def _time(desk: Desk, element: etree._Element, text: str, what: str) -> Meant | None:
    try:
        return read_time(text, _TIMES[local(element)], desk.languages)
    except Untranslatable as fault:
        desk.missing(element, f"{what}: {fault.reason}", text, fault.hint)
        return None


def _from_elsewhere(desk: Desk, element: etree._Element) -> None:
    """Flowable and Camunda 7 can keep the text of a condition in a file of its own."""
    resource = next((str(v) for k, v in element.attrib.items() if str(k).endswith("resource")), "")
    if resource:
        hint = "Schreiben Sie die Bedingung in die Datei."
        desk.missing(element, "Die Bedingung steht in einer anderen Datei.", resource, hint)


def _drop_language(desk: Desk, element: etree._Element) -> None:
    """The text is in our language now; a language beside it would be refused."""
    word = element.get("language")
    if word is not None and word.strip().lower() not in OURS:
        desk.source.set(element, "language", None)
        desk.translated(element, "Angabe der Sprache entfernt.", f'language="{word}"', "")


def _root_language(desk: Desk, failed: bool) -> None:
    """The language of the whole file is dropped once every expression is in ours."""
    root = desk.source.tree.getroot()
    word = root.get("expressionLanguage", "")
    if failed or word.strip().lower() in OURS or "xpath" in word.lower():
        return
    desk.source.set(root, "expressionLanguage", None)
    what = "Angabe der Ausdruckssprache für die ganze Datei entfernt."
    desk.translated(root, what, f'expressionLanguage="{word}"', "")
