"""Which product wrote a file, by the namespaces it uses and by what it says of itself."""

from lxml import etree

from pikflow.engine.xml import BPMN

CAMUNDA = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://www.cibseven.org/schema/1.0/bpmn",
)
FLOWABLE = ("http://flowable.org/bpmn", "http://activiti.org/bpmn")
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
MODELER = "http://camunda.org/schema/modeler/1.0"
JUEL_PRODUCTS = (*CAMUNDA, *FLOWABLE)

_NAMESPACES = (
    (ZEEBE, "Camunda 8"),
    *((uri, "Camunda 7") for uri in CAMUNDA),
    (FLOWABLE[0], "Flowable"),
    (FLOWABLE[1], "Activiti"),
    (SPIFF, "Spiff Arena"),
    ("http://www.signavio.com", "Signavio"),
    ("http://www.bizagi.com", "Bizagi"),
    ("http://www.software-ag.com", "ARIS"),
    ("http://www.softwareag.com", "ARIS"),
    ("http://www.ids-scheer.com", "ARIS"),
    ("http://bpmn.io/schema/bpmn", "bpmn.io"),
)
_EXPORTERS = (
    ("aris", "ARIS"),
    ("signavio", "Signavio"),
    ("bizagi", "Bizagi"),
    ("bpmn-js", "bpmn.io"),
    ("bpmn.io", "bpmn.io"),
    ("spiff", "Spiff Arena"),
    ("flowable", "Flowable"),
    ("camunda", "Camunda"),
)
# Drawing tools write isExecutable="false" or nothing into every file.
DRAWING = frozenset({"Signavio", "Bizagi", "ARIS", "bpmn.io"})


def product_of(tree: etree._ElementTree) -> str:
    """The product's name as people know it, "" when the file does not tell."""
    root = tree.getroot()
    platform = root.get(f"{{{MODELER}}}executionPlatform", "")
    if platform == "Camunda Cloud":
        return "Camunda 8"
    used = {str(uri) for element in root.iter(etree.Element) for uri in element.nsmap.values()}
    exporter = root.get("exporter", "").lower()
    for start, name in _NAMESPACES[:-1]:
        if any(uri.startswith(start) for uri in used):
            return name
    named = next((name for word, name in _EXPORTERS if word in exporter), "")
    if named:
        return "Camunda 7" if named == "Camunda" else named
    target = root.get("targetNamespace", "")
    return next((name for start, name in _NAMESPACES if target.startswith(start)), "")


def is_bpmn(tree: etree._ElementTree) -> bool:
    return tree.getroot().tag == f"{{{BPMN}}}definitions"
