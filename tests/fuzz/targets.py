"""What is fed with foreign input: expressions, BPMN and DMN files, form files.

A target takes bytes and raises when something happens that nobody may meet: any error but the
ones these parts raise on purpose, a finding without words, two answers to one question.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pikflow.engine import runtime
from pikflow.engine.check import check_files
from pikflow.engine.definition import Definition, models_of
from pikflow.engine.diagram import draw
from pikflow.engine.outline import outline
from pikflow.errors import Finding, PikFlowError
from pikflow.expressions import (
    Expression,
    ExpressionError,
    ExpressionFault,
    compile_expression,
    compile_script,
)
from pikflow.forms.library import FormLibrary
from pikflow.forms.submission import validate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SCOPE: dict[str, Any] = {
    "a": Decimal("1.5"),
    "b": "ä🏠",
    "d": date(2026, 1, 31),
    "heute": date(2026, 3, 2),
    "l": [Decimal(n) for n in range(50)],
    "stellen": [{"vzae": Decimal("0.5"), "besetzt": n % 2 == 0, "k": str(n)} for n in range(20)],
    "antrag": {"betrag": Decimal(5), "art": "kreis", "leer": None},
    "satz": {"2023": Decimal(47000), "2024-07-01": Decimal(60000)},
}
_NAMES = (*SCOPE, "antrag.betrag", "antrag.art", "stellen.vzae", "stellen.besetzt")
_STEPS = 5_000
_AUTOMATIC = 60


def expressions(data: bytes) -> None:
    """As an expression and as a script: refused with a place, stopped, or a value."""
    text = data.decode("utf-8", errors="surrogateescape")
    try:
        expression = compile_expression(text)
    except ExpressionError as error:
        assert 1 <= error.column <= len(text) + 1
        assert error.reason
    else:
        value = _evaluated(expression)
        again = Expression.of(text, json.loads(json.dumps(expression.tree)))
        assert _evaluated(again) == value
    try:
        script = compile_script(text)
    except ExpressionError as error:
        assert error.line >= 0
        assert error.reason
        return
    try:
        assert set(script.run(SCOPE)) == set(script.assigned)
    except ExpressionFault as fault:
        assert fault.hint


def _evaluated(expression: Expression) -> Any:
    try:
        value, left = expression.spend(SCOPE, _STEPS)
    except ExpressionFault as fault:
        return fault.code
    assert 0 <= left <= _STEPS
    assert isinstance(value, None | bool | Decimal | str | date | list | dict)
    return value


def files(data: bytes) -> None:
    """As a BPMN or DMN file: findings that say something, or a process that can be begun."""
    content = {"a.bpmn": data}
    findings = check_files(content, start_names=_NAMES)
    _check_findings(findings)
    if any(finding.severity == "error" for finding in findings):
        return
    for model in models_of(content):
        draw(model)
        for key, process in model.processes.items():
            outline(process)
            if process.executable:
                _begin(Definition.build(content, key))


def _begin(definition: Definition) -> None:
    """A file without errors starts, or stops with a fault that names an element."""
    try:
        result = runtime.start(definition, SCOPE, NOW, limit=_AUTOMATIC)
    except PikFlowError as fault:
        assert fault.message
        return
    assert isinstance(result.state, bytes)


def forms(data: bytes) -> None:
    """As a form file: findings that say something, or a form that can be filled in."""
    library = FormLibrary.load({"a.yaml": data.decode("utf-8", errors="replace")})
    _check_findings(list(library.findings))
    for schema in library.forms.values():
        validate(schema, {}, SCOPE, now=NOW)


def _check_findings(findings: list[Finding]) -> None:
    for finding in findings:
        assert finding.code
        assert finding.message
        assert finding.line >= 0
        assert finding.severity in ("error", "warning", "information")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "expressions": expressions,
    "files": files,
    "forms": forms,
}
