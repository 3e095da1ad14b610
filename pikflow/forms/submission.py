"""The door of the forms: `validate` answers, `bind` a posted page.

The case's data come as `context`: what the process holds (vorgang, runde, params, antrag, …) and
`actor` ({name, office, organisation: {id, name, ags}}) for prefilled values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pikflow.forms.drafts import draft_of
from pikflow.forms.evaluation import Organisations
from pikflow.forms.merging import Raw, Uploads, merge, refill, restructure
from pikflow.forms.rules import examine, submitted
from pikflow.forms.schema import FormSchema
from pikflow.forms.seeding import seed
from pikflow.forms.settling import editable_sections, plain, remembered, settle
from pikflow.forms.types.base import Translate
from pikflow.forms.view import BoundForm


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
    found = submitted(schema, evaluated, parsed)
    if now is not None:
        for section in schema.sections:
            for item in section.fields if section.id in editable else ():
                found[item.id] = item.kind.completed(found.get(item.id), now)
    return Checked(found, remarks.errors, remarks.warnings, remarks.informations)


def bind(
    schema: FormSchema,
    *,
    context: Mapping[str, Any],
    stored: Mapping[str, Any] | None = None,
    raw: Raw | None = None,
    uploads: Uploads | None = None,
    sections: Iterable[str] | None = None,
    page: str | None = None,
    partial: bool = False,
    report: str | None = None,
    organisations: Organisations | None = None,
    locale: str = "de",
    translate: Translate = str,
) -> BoundForm:
    """A form ready to be shown and stored.

    `stored` is the draft (or the answers) so far; `raw` what was posted now, read for `page` only
    (None: for the whole form); `uploads` are files stored for this post by path. `sections` limits
    what may change. `partial` is for drafts: nothing is complained about. `report` overrides which
    errors are shown: "none", "page" or "all".
    """
    context, organisations = plain(context), remembered(organisations)
    answers = seed(schema, plain(stored or {}), context, blank_rows=True)
    editable = editable_sections(schema, sections)
    posted = editable if page is None else editable & {page}
    pressed = ""
    if raw is not None:
        _, before = settle(schema, answers, context, organisations)
        fresh = refill(schema, answers, raw, before.states, posted)
        if fresh is not None:
            answers = fresh
            _, before = settle(schema, answers, context, organisations)
        answers = merge(
            schema, answers, raw, states=before.states, sections=posted, uploads=uploads
        )
        pressed = restructure(schema, answers, raw, posted)
    parsed, evaluated = settle(schema, answers, context, organisations)
    remarks = examine(
        schema, parsed, evaluated, editable=editable, locale=locale, translate=translate
    )
    if report is None:
        report = "none" if raw is None or partial or pressed else "all" if page is None else "page"
    return BoundForm(
        schema=schema,
        page_id=page,
        locale=locale,
        translate=translate,
        parsed=parsed,
        evaluated=evaluated,
        remarks=remarks,
        editable=editable,
        report=report,
        pressed=pressed,
        draft=draft_of(
            schema, parsed, set(stored or {}), posted if raw is not None else frozenset()
        ),
    )
