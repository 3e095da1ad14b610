"""Small DMN files for the tests, written as lines instead of XML.

table("betrag:number | art", "satz:number", '''
< 1000      | "kreis" | 5
[1000..5000]| -       | 7
''', policy="FIRST")
"""

from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Tabellen" '
    'namespace="urn:test">\n'
)


def table(
    inputs: str,
    outputs: str,
    rules: str,
    *,
    key: str = "tabelle",
    name: str = "",
    policy: str = "",
    aggregation: str = "",
    inside: str = "",
    allowed: str = "",
    values: str = "",
    default: str = "",
) -> str:
    """One decision; `inside` goes before the table, `values` and `default` to the first output,
    `allowed` to the first input."""
    attributes = f' hitPolicy="{policy}"' if policy else ""
    attributes += f' aggregation="{aggregation}"' if aggregation else ""
    columns = [_input(text, allowed if n == 0 else "") for n, text in enumerate(_split(inputs))]
    columns += [
        _output(text, values if n == 0 else "", default if n == 0 else "")
        for n, text in enumerate(_split(outputs))
    ]
    count = len(_split(inputs))
    rows = [_rule(_split(line), count) for line in rules.strip().splitlines() if line.strip()]
    body = "\n".join([*columns, *rows])
    return (
        f'<decision id="{key}" name={quoteattr(name or key)}>{inside}'
        f"<decisionTable{attributes}>\n{body}\n</decisionTable></decision>"
    )


def literal(text: str, *, key: str = "wert", name: str = "", inside: str = "") -> str:
    return (
        f'<decision id="{key}" name={quoteattr(name or key)}>{inside}'
        f"<literalExpression><text>{escape(text)}</text></literalExpression></decision>"
    )


def requires(*keys: str) -> str:
    return "".join(
        f'<informationRequirement><requiredDecision href="#{key}"/></informationRequirement>'
        for key in keys
    )


def dmn(*decisions: str, before: str = "") -> bytes:
    return (HEAD + before + "\n".join(decisions) + "\n</definitions>").encode()


def _split(line: str) -> list[str]:
    return [part.strip() for part in line.split("|")]


def _typed(text: str) -> tuple[str, str]:
    name, _, kind = text.rpartition(":") if ":" in text else (text, "", "")
    return name, f' typeRef="{kind}"' if kind else ""


def _input(text: str, allowed: str) -> str:
    name, kind = _typed(text)
    more = f"<inputValues><text>{escape(allowed)}</text></inputValues>" if allowed else ""
    return (
        f"<input><inputExpression{kind}><text>{escape(name)}</text></inputExpression>{more}</input>"
    )


def _output(text: str, values: str, default: str) -> str:
    name, kind = _typed(text)
    more = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    if default:
        more += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>"
    label = f" name={quoteattr(name)}" if name else ""
    return f"<output{label}{kind}>{more}</output>"


def _rule(cells: list[str], inputs: int) -> str:
    parts = [
        f"<{tag}><text>{escape(cell)}</text></{tag}>"
        for n, cell in enumerate(cells)
        for tag in ["inputEntry" if n < inputs else "outputEntry"]
    ]
    return f"<rule>{''.join(parts)}</rule>"
