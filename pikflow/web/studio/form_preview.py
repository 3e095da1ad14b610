"""A form of a design as people will see it: one page of it, at one step, with example answers.

It stands in a frame of the form builder and can be opened alone. What is typed there is checked,
and kept nowhere; it can become a test case of the form.
"""

from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from pikflow.forms.schema import FormSchema
from pikflow.forms.submission import bind
from pikflow.forms.summary import summary
from pikflow.forms.view import BoundForm
from pikflow.identity import Actor
from pikflow.services.studio.form_stages import Audience, audiences, example, open_sections
from pikflow.web.flow import current_flow
from pikflow.web.formats import local_day
from pikflow.web.i18n import language, translate
from pikflow.web.studio.form_desk import Desk, open_desk

APPLICANT = "lesen"  # the step of those who read the answers from outside


def show(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """The page ?seite= at the step ?schritt=."""
    return _page(open_desk(actor, design, path), None)


def answer(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """The same with what was typed, and what is wrong with it."""
    return _page(open_desk(actor, design, path), request.form)


def _page(desk: Desk, raw: Any) -> ResponseReturnValue:
    schema = desk.stage.schema
    steps = audiences(desk.files, schema.id) if schema else ()
    step = next((one for one in steps if one.id == request.args.get("schritt")), None)
    reads = request.args.get("schritt") == APPLICANT
    form = rows = None
    if schema is not None:
        form, rows = _bound(desk, schema, step, raw, reads)
    return render_template(
        "pik/studio/form_preview.html",
        desk=desk,
        design_id=desk.design,
        path=desk.file.path,
        form=form,
        rows=rows,
        step=step,
        step_id=request.args.get("schritt", ""),
        findings=desk.stage.findings if schema is None else (),
    )


def _bound(
    desk: Desk, schema: FormSchema, step: Audience | None, raw: Any, reads: bool
) -> tuple[BoundForm | None, Any]:
    """The page with its answers; for who only reads them the rows of the summary instead."""
    context, answers = example(desk.files, schema, _today(), step)
    if reads:
        return None, list(summary(schema, answers, context, language(), internal=False))
    bound = bind(
        schema,
        context=context,
        stored=answers,
        raw=raw,
        sections=open_sections(schema, context, step),
        page=request.args.get("seite") or (schema.sections[0].id if schema.sections else None),
        report=None if raw is None else "page",
        organisations=current_flow().services.organisations.offered,
        locale=language(),
        translate=translate,
    )
    return bound, None


def _today() -> date:
    return local_day(current_flow().clock())
