"""The door of the forms: `validate` answers, `bind` a posted page.

The case's data come as `context`: what the process holds (vorgang, runde, params, antrag, …) and
`actor` ({name, office, organisation: {id, name, ags}}) for prefilled values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pikflow.forms.evaluation import Organisations
from pikflow.forms.rules import examine
from pikflow.forms.schema import FormSchema
from pikflow.forms.seeding import seed
from pikflow.forms.settling import editable_sections, plain, remembered, settle
from pikflow.forms.types.base import Translate


@dataclass(frozen=True)
class Checked:
    """Values that count, and remarks by path; the form may be submitted when `errors` is empty."""

    values: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)
    informations: Mapping[str, str] = field(default_factory=dict)


def validate(
    schema: FormSchema,
    answers: Mapping[str, Any],
    context: Mapping[str, Any],
    sections: Iterable[str] | None = None,
    *,
    now: datetime | None = None,
    organisations: Organisations | None = None,
    locale: str = "de",
    translate: Translate = str,
) -> Checked:
    """Check answers given as plain data, typed values or text as people type it.

    `sections` are the ids that may be changed and are examined; None means all. `now` (aware, at
    completion) is written into confirmations. Unknown names in the answers are ignored.
    """
    context, organisations = plain(context), remembered(organisations)
    seeded = seed(schema, plain(answers), context)
    parsed, evaluated = settle(schema, seeded, context, organisations)
    editable = editable_sections(schema, sections)
    remarks = examine(
        schema, parsed, evaluated, editable=editable, locale=locale, translate=translate
    )
    found = evaluated.values
    if now is not None:
        for section in schema.sections:
            for item in section.fields if section.id in editable else ():
                found[item.id] = item.kind.completed(found.get(item.id), now)
    return Checked(found, remarks.errors, remarks.warnings, remarks.informations)
