"""Fields that do nothing: nobody can fill them, or nobody will ever see their value.

What counts as seen: a field that can appear on its page and then in the summary or in the inbox;
or one whose value an expression of the form uses. Whether a process reads the rest is known
to the process check alone.
"""

from collections.abc import Iterator

from pikflow.forms.names import PLACEHOLDER, uses
from pikflow.forms.schema import Field, FormSchema


def unseen(schema: FormSchema) -> frozenset[str]:
    """Dotted names of fields that are never shown and that no expression of the form uses."""
    read = set(_read(schema))
    return frozenset(
        name
        for name, field, hidden in _fields(schema)
        if (hidden or not (field.summary or field.inbox))
        and not any(_touches(other, name) for other in read)
    )


def unfilled(schema: FormSchema) -> frozenset[str]:
    """Dotted names of fields without formula, default or prefill that nobody can type into."""
    return frozenset(
        name
        for name, field, hidden in _fields(schema)
        if (hidden or field.readonly is True)
        and field.compute is None
        and field.prefill is None
        and field.default is None
        and not _from_rows(schema, name, field)
    )


def _fields(schema: FormSchema) -> Iterator[tuple[str, Field, bool]]:
    """Every field and column with its dotted name, and whether it is hidden for good."""
    for section in schema.sections:
        for field in section.fields:
            if field.shape == "none":
                continue
            hidden = section.visible is False or field.visible is False
            yield field.id, field, hidden
            if field.shape == "rows":
                for column in field.children:
                    if column.shape != "none":
                        yield f"{field.id}.{column.id}", column, hidden or column.visible is False


def _read(schema: FormSchema) -> Iterator[str]:
    for use in uses(schema):
        expression = use.formula.expression
        for name in (*expression.names, *expression.row_names):
            root, _, rest = name.replace("[]", "").partition(".")
            if root == "item" and use.group is not None:
                yield f"{use.group.id}.{rest}" if rest else use.group.id
            else:
                yield f"{root}.{rest}" if rest else root
    for check in schema.checks:
        for name in PLACEHOLDER.findall(check.message.de):
            yield name.replace("item.", f"{check.each}.", 1) if check.each else name


def _touches(read: str, name: str) -> bool:
    return read == name or read.startswith(f"{name}.") or name.startswith(f"{read}.")


def _from_rows(schema: FormSchema, name: str, field: Field) -> bool:
    """Whether the rows of a group come from the case, and with them this column."""
    if field.rows.source is not None:
        return True
    group, _, column = name.partition(".")
    parent = schema.field(group) if column else None
    return parent is not None and column in parent.rows.mapping
