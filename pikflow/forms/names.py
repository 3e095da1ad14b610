"""The names expressions use: own fields, columns of a row, and what the case must provide."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pikflow.errors import Finding
from pikflow.forms.properties import Formula, Reader, nearest
from pikflow.forms.schema import Check, Field, FormSchema
from pikflow.forms.types.table import SUM

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)\}")
_ORGANISATION = frozenset({"id", "name", "ags"})


@dataclass(frozen=True)
class Facts:
    """What a form gives and wants.

    `provides` and `reads` are dotted names; `reads` are names of the case, own fields left out.
    `sections` are the section ids.
    """

    provides: frozenset[str]
    reads: frozenset[str]
    sections: frozenset[str]


@dataclass(frozen=True)
class Use:
    """One expression with its surroundings: `group` gives `item` its columns."""

    formula: Formula
    file: str
    element: str
    group: Field | None = None
    entry: bool = False


def facts(schema: FormSchema) -> Facts:
    """Names the form provides and reads; for the process check."""
    provides: set[str] = set()
    for field in schema.fields():
        if field.shape == "none":
            continue
        provides.add(field.id)
        provides.update(f"{field.id}.{name}" for name in attributes(field) or ())
    own = {field.id for field in schema.fields()}
    reads = {
        name
        for use in uses(schema)
        for name in use.formula.names
        if name.split(".")[0] not in own | {"item", "entry"} and not _own_param(schema, name)
    }
    for check in schema.checks:
        for name in PLACEHOLDER.findall(check.message.de):
            if name.split(".")[0] not in own | {"item"} and not _own_param(schema, name):
                reads.add(name)
    sections = frozenset(section.id for section in schema.sections)
    return Facts(frozenset(provides), frozenset(reads), sections)


def _own_param(schema: FormSchema, name: str) -> bool:
    return name.startswith("params.") and name.split(".")[1] in schema.params


def attributes(field: Field) -> frozenset[str] | None:
    """What may follow the dot after this field; None when nothing may."""
    if field.shape == "matrix":
        rows = [option.value for option in field.settings["row_options"]]
        columns = [column.id for column in field.children]
        pairs = {f"{row}.{column}" for row in [*rows, SUM] for column in [*columns, SUM]}
        return frozenset({*rows, SUM, *pairs})
    if field.shape == "parts":
        return frozenset({child.id for child in field.children} | set(field.kind.server_keys))
    if field.shape == "rows":
        return frozenset(child.id for child in field.children)
    if field.type == "organisation":
        return _ORGANISATION
    return None


def uses(schema: FormSchema) -> Iterator[Use]:
    """Every expression of the form."""
    for section in schema.sections:
        if isinstance(section.visible, Formula):
            yield Use(section.visible, schema.file, section.id)
        for field in section.fields:
            yield from _field_uses(field)
    for check in schema.checks:
        group = schema.field(check.each) if check.each else None
        for formula in (check.rule, check.when):
            if formula is not None:
                yield Use(formula, check.file, check.field, group)


def _field_uses(field: Field) -> Iterator[Use]:
    for _, formula in field.formulas():
        yield Use(formula, field.file, field.id)
    for name, formula in field.rows.mapping.items():
        yield Use(formula, field.file, f"{field.id}.{name}", entry=True)
    group = field if field.shape == "rows" else None
    for child in field.children:
        for _, formula in child.formulas():
            yield Use(formula, child.file or field.file, f"{field.id}.{child.id}", group)


def check_names(schema: FormSchema) -> list[Finding]:
    """Findings: names that do not exist in the form, checks without a field, circles."""
    findings: list[Finding] = []
    own = {field.id: field for field in schema.fields()}
    for use in uses(schema):
        reader = Reader(use.file, findings)
        for name in sorted(use.formula.names):
            _check_name(reader, use, name, own)
        for column, group in _looped(use.formula.expression.tree, own):
            if column not in (attributes(group) or ()):
                hint = nearest(column, attributes(group) or ())
                message = f"Die Gruppe „{group.id}“ hat keine Spalte „{column}“."
                reader.report(use.formula.line, use.element, "form-unknown-name", message, hint)
    for check in schema.checks:
        _check_check(Reader(check.file, findings), check, schema, own)
    findings.extend(_circles(schema, own))
    return list(dict.fromkeys(findings))


def _check_name(reader: Reader, use: Use, name: str, own: Mapping[str, Field]) -> None:
    root, _, rest = name.partition(".")
    line, element = use.formula.line, use.element
    if root == "entry" and use.entry:
        return
    if root in ("item", "entry"):
        group = use.group if root == "item" else None
        if group is None:
            message = f"„{root}“ gibt es hier nicht: Der Ausdruck gehört zu keiner Zeile."
            reader.report(line, element, "form-unknown-name", message)
        elif rest:
            _check_column(reader, use, group, rest)
        return
    field = own.get(root)
    if field is None:
        _check_typo(reader, use, root, own)
        return
    if rest:
        known = attributes(field)
        if field.shape == "rows" or known is None:
            message = f"„{root}“ hat keine Teile; „{name}“ gibt es nicht."
            hint = f"In einer Liste zum Beispiel: sum(z.{rest} for z in {root})."
            reader.report(line, element, "form-unknown-name", message,
                          hint if field.shape == "rows" else "")  # fmt: skip
        elif rest not in known:
            message = f"„{root}“ hat keinen Teil „{rest}“."
            reader.report(line, element, "form-unknown-name", message, nearest(rest, known))


def _check_column(reader: Reader, use: Use, group: Field, rest: str) -> None:
    column, _, deeper = rest.partition(".")
    child = group.child(column)
    known = {field.id for field in group.children}
    line, element = use.formula.line, use.element
    if child is None:
        message = f"Die Gruppe „{group.id}“ hat keine Spalte „{column}“."
        reader.report(line, element, "form-unknown-name", message, nearest(column, known))
    elif deeper and deeper not in (attributes(child) or ()):
        message = f"Die Spalte „{column}“ hat keinen Teil „{deeper}“."
        hint = nearest(deeper, attributes(child) or ())
        reader.report(line, element, "form-unknown-name", message, hint)


def _check_typo(reader: Reader, use: Use, root: str, own: Mapping[str, Field]) -> None:
    """A foreign name one or two letters beside an own field is taken for a slip."""
    columns = {child.id for child in use.group.children} if use.group else set()
    if root in columns:
        message = f"„{root}“ ist eine Spalte der Zeile."
        reader.report(use.formula.line, use.element, "form-unknown-name", message,
                      f"Gemeint ist „item.{root}“.")  # fmt: skip
        return
    for known in own:
        if _is_slip(root, known):
            message = f"Den Namen „{root}“ gibt es in diesem Formular nicht."
            hint = f"Gemeint ist vielleicht „{known}“."
            reader.report(use.formula.line, use.element, "form-unknown-name", message, hint)
            return


def _is_slip(name: str, known: str) -> bool:
    if abs(len(name) - len(known)) > 1:
        return False
    if min(len(name), len(known)) < 5 or re.sub(r"\d", "", name) == re.sub(r"\d", "", known):
        return False
    blocks = difflib.SequenceMatcher(None, name, known, autojunk=False).get_opcodes()
    edits = sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in blocks if tag != "equal")
    return edits <= 2


def _looped(tree: Any, own: Mapping[str, Field]) -> Iterator[tuple[str, Field]]:
    """Columns read from the loop variable of `… for z in <own group>` anywhere in a tree."""
    if not isinstance(tree, list) or not tree or tree[0] == "value":
        return
    if tree[0] == "each" and tree[2][:1] == ["name"] and tree[2][1] in own:
        group = own[tree[2][1]]
        if group.shape == "rows":
            for part in tree[3:]:
                for column in _read_from(part, tree[1]):
                    yield column, group
    for part in tree[1:]:
        yield from _looped(part, own)


def _read_from(tree: Any, variable: str) -> Iterator[str]:
    if not isinstance(tree, list) or not tree or tree[0] == "value":
        return
    if tree[0] == "get" and tree[1] == ["name", variable]:
        yield tree[2]
    for part in tree[1:]:
        yield from _read_from(part, variable)


def _check_check(
    reader: Reader, check: Check, schema: FormSchema, own: Mapping[str, Field]
) -> None:
    first, _, rest = check.field.partition(".")
    field = own.get(first)
    known = set(own) | {
        f"{name}.{part}" for name, item in own.items() for part in attributes(item) or ()
    }
    if field is None or (rest and rest not in (attributes(field) or ())):
        message = f"Die Prüfung zeigt auf „{check.field}“; dieses Feld gibt es nicht."
        hint = nearest(check.field, known)
        reader.report(check.line, check.field, "form-unknown-name", message, hint)
    if check.each and (check.each not in own or own[check.each].shape != "rows"):
        message = f"„{check.each}“ ist keine Gruppe dieses Formulars."
        reader.report(check.line, check.field, "form-unknown-name", message,
                      nearest(check.each, own))  # fmt: skip
    for name in PLACEHOLDER.findall(check.message.de + check.message.en):
        root, _, deeper = name.partition(".")
        if root == "item" and check.each in own:
            unknown = bool(deeper) and own[check.each].child(deeper.split(".")[0]) is None
        else:
            unknown = root in own and bool(deeper) and deeper not in (attributes(own[root]) or ())
        if unknown:
            message = f"Im Text der Prüfung steht {{{name}}}; das gibt es nicht."
            reader.report(check.line, check.field, "form-unknown-name", message)


def _nodes(formulas: Iterable[Any], own: Mapping[str, Field], group: str = "") -> set[str]:
    """Fields ("betrag") and columns ("stellen.vzae") the formulas read.

    A group read in a loop counts by the columns the loop reads, so that a column may use a sum of
    another column of its own group.
    """
    found: set[str] = set()
    for formula in formulas:
        if not isinstance(formula, Formula):
            continue
        for name in formula.names:
            root, _, rest = name.partition(".")
            if root == "item" and rest:
                found.add(f"{group}.{rest.split('.')[0]}")
            elif root in own:
                found.add(root)
        for column, looped in _looped(formula.expression.tree, own):
            found.add(f"{looped.id}.{column}")
    return found


def _graph(schema: FormSchema, own: Mapping[str, Field]) -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for section in schema.sections:
        for field in section.fields:
            above = [section.visible, field.visible, field.compute, field.rows.source]
            graph[field.id] = _nodes(above, own)
            for child in field.children:
                inner = _nodes([child.compute, child.visible], own, field.id)
                graph[f"{field.id}.{child.id}"] = inner - {field.id}
    return graph


def _circles(schema: FormSchema, own: Mapping[str, Field]) -> Iterator[Finding]:
    graph = _graph(schema, own)
    done: set[str] = set()
    for start in graph:
        circle = _circle_from(start, graph, done)
        if not circle:
            continue
        field = schema.field(circle[0]) or own[circle[0].split(".")[0]]
        message = f"Diese Felder hängen im Kreis voneinander ab: {' → '.join(circle)}."
        hint = "Eine der Berechnungen oder Bedingungen ohne das andere Feld schreiben."
        yield Finding(
            field.file or schema.file, field.line, circle[0], "error", "form-circle", message, hint
        )
        return


def _circle_from(start: str, graph: Mapping[str, set[str]], done: set[str]) -> list[str]:
    """The first circle met walking from `start`, [] when there is none; no recursion."""
    path: list[str] = []
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        name, leaving = stack.pop()
        if leaving:
            path.pop()
            done.add(name)
            continue
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            continue
        path.append(name)
        stack.append((name, True))
        stack.extend((other, False) for other in sorted(graph.get(name, ())))
    return []
