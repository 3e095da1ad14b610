"""A DMN file with one table, from nothing."""

from xml.sax.saxutils import quoteattr

from pikflow.errors import Invalid
from pikflow.texts import say


def new_file(decision: str, name: str) -> bytes:
    """DMN 1.3 with a picture of the decision, as every modelling tool opens it: one table with one
    input, one output and one rule, to be changed. Raises Invalid for an id that is none."""
    if not (decision.isidentifier() and decision.isascii() and len(decision) <= 100):
        raise Invalid(
            "table-id",
            say("„{text}“ kann keine Kennung sein.", text=decision[:100]),
            say("Eine Kennung besteht aus Buchstaben ohne Umlaute, Ziffern und Unterstrich."),
        )
    values = {"id": decision, "name": quoteattr(" ".join(name.split())[:200] or decision)}
    return _FILE.format(**values).encode()


_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" \
xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" \
xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" \
id="Definitions_{id}" name={name} namespace="urn:pikflow:dmn:1.0">
  <decision id="{id}" name={name}>
    <decisionTable id="DecisionTable_{id}" hitPolicy="UNIQUE">
      <input id="InputClause_1" label="Jahr">
        <inputExpression id="LiteralExpression_1" typeRef="number">
          <text>vorgang.jahr</text>
        </inputExpression>
      </input>
      <output id="OutputClause_1" label="Ergebnis" name="ergebnis" typeRef="string" />
      <rule id="DecisionRule_1">
        <inputEntry id="UnaryTests_1">
          <text>-</text>
        </inputEntry>
        <outputEntry id="LiteralExpression_2">
          <text>"ja"</text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="DMNDiagram_{id}">
      <dmndi:DMNShape id="DMNShape_{id}" dmnElementRef="{id}">
        <dc:Bounds height="80" width="180" x="160" y="100" />
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""
