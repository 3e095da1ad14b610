"""A task: fill in page by page, keep as a draft, check, complete; take it or give it back.

Nothing is lost on the way: every press of a button keeps what was typed as a draft, if this person
may work the task, and every refusal says who has the case now.
"""

from contextlib import suppress
from datetime import date, datetime

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.errors import Conflict, DatabaseBusy, Invalid, NotFound, PikFlowError, Refused
from pikflow.identity import Actor
from pikflow.services.views import Completed, TaskPage
from pikflow.texts import say
from pikflow.web import forms, sheets
from pikflow.web.flow import current_flow
from pikflow.web.formats import show_instant
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate

ACTION = "_action"


def show(actor: Actor, task_id: str) -> ResponseReturnValue:
    """The task as it stands; `?seite=` names the page of its form."""
    task = current_flow().services.tasks.view(actor, task_id)
    if task.kind == "children":
        return render_template("pik/task_children.html", task=task)
    if task.schema is None:
        return render_template("pik/task_plain.html", task=task)
    report = "page" if request.args.get("fehler") else "none"
    return _form_page(task, forms.open_page(task, request.args.get("seite", ""), report=report))


def work(actor: Actor, task_id: str) -> ResponseReturnValue:
    """A button of the task's form: keep, turn the page, check, or complete."""
    action = request.form.get(ACTION, "keep")
    try:
        return _work(actor, task_id, action)
    except Conflict:
        if action != "submit":
            raise
        # A second click finds what the first one did, however far it had come itself; anything
        # else is refused as before.
        return _complete(actor, task_id, {})


def _work(actor: Actor, task_id: str, action: str) -> ResponseReturnValue:
    task = current_flow().services.tasks.view(actor, task_id)
    _require_work(actor, task)
    if task.schema is None:
        return _submit_plain(actor, task) if action == "submit" else _to(task)
    uploads, problems = forms.take_uploads(actor, task)
    posted, refused = sheets.fill_in(task, request.form)
    problems |= refused
    partial = action in {"keep", "back"} or action.startswith(sheets.SHEET)
    page = forms.read_page(task, posted, uploads, problems, partial=partial)
    if action != "submit" or page.form.restructured or problems or page.problems:
        _keep(actor, task, page)
    if page.form.restructured or problems:
        return _form_page(task, page), 422 if problems else 200
    if action.startswith(sheets.SHEET):
        return sheets.template(page.form, action.removeprefix(sheets.SHEET))
    if action == "back" or action.startswith("go:"):
        return _to(task, page.target(action))
    if action == "keep":
        flash(translate("Der Entwurf ist gespeichert."), "pik")
        return _to(task, page.current)
    if page.problems:
        return _form_page(task, page), 422
    if action == "next":
        return _to(task, page.target(action))
    return _submit(actor, task, page)


def _require_work(actor: Actor, task: TaskPage) -> None:
    """Refuse before anything is looked at what the service would refuse in the end."""
    work = task.actions["complete"]
    if work.allowed:
        return
    if task.holder is not None and task.holder.id != actor.id:
        raise Conflict("task-claimed", work.reason)
    raise Refused("four-eyes" if task.four_eyes else "not-permitted", work.reason)


def _submit(actor: Actor, task: TaskPage, page: forms.FormPage) -> ResponseReturnValue:
    """Complete, after asking once more where it can't be undone. What leads to the end of the task
    needs no draft; whatever else comes of it finds what was typed again."""
    whole = page.whole()
    if whole.problems:
        _keep(actor, task, page)
        return _form_page(task, whole), 422
    if task.irreversible and request.form.get("_sure") != "1":
        _keep(actor, task, page)
        return render_template("pik/task_confirm.html", task=task, page=whole)
    try:
        return _complete(actor, task.id, whole.answers)
    except DatabaseBusy:
        raise
    except PikFlowError:
        with suppress(PikFlowError):
            _keep(actor, task, page)
        raise


def _submit_plain(actor: Actor, task: TaskPage) -> ResponseReturnValue:
    if task.irreversible and request.form.get("_sure") != "1":
        return render_template("pik/task_confirm.html", task=task, page=None)
    return _complete(actor, task.id, {})


def _complete(actor: Actor, task_id: str, answers: dict[str, object]) -> ResponseReturnValue:
    done = current_flow().services.tasks.complete(
        actor, task_id, answers, version=_version(), key=request.form.get("key", "")
    )
    return _done(done)


def _done(done: Completed) -> ResponseReturnValue:
    flash(
        translate("„%(task)s“ war schon erledigt.", task=done.task)
        if done.repeated
        else translate("Erledigt: %(task)s", task=done.task),
        "pik",
    )
    return redirect(url_for("pik.done", number=done.number, weiter=done.next_task or None), 303)


def done(actor: Actor, number: str) -> ResponseReturnValue:
    """After completion: where the case stands now, and the next task."""
    case = current_flow().services.cases.view(actor, number)
    return render_template("pik/done.html", case=case, next_task=request.args.get("weiter", ""))


def keep_draft(actor: Actor, task_id: str) -> ResponseReturnValue:
    """Autosave of the script: JSON, 409 when the case went on meanwhile."""
    task = current_flow().services.tasks.view(actor, task_id)
    _require_work(actor, task)
    if task.schema is None:
        raise NotFound("no-form", say("Zu dieser Aufgabe gibt es kein Formular."))
    page = forms.read_page(task, request.form, {}, {}, partial=True)
    current_flow().services.tasks.save_draft(actor, task.id, page.form.draft, version=_version())
    now = current_flow().clock()
    return jsonify(saved=translate("Entwurf gespeichert: %(time)s", time=show_instant(now)))


def claim(actor: Actor, task_id: str) -> ResponseReturnValue:
    """Take the task."""
    current_flow().services.tasks.claim(actor, task_id)
    flash(translate("Sie haben die Aufgabe übernommen."), "pik")
    return redirect(url_for("pik.task", task_id=task_id), 303)


def release(actor: Actor, task_id: str) -> ResponseReturnValue:
    """Give the task back to the team."""
    current_flow().services.tasks.release(actor, task_id)
    flash(translate("Die Aufgabe ist wieder für alle im Team offen."), "pik")
    return redirect(url_for("pik.task", task_id=task_id), 303)


def assign(actor: Actor, task_id: str) -> ResponseReturnValue:
    """Give the task to a colleague."""
    current_flow().services.tasks.assign(actor, task_id, request.form.get("person", ""))
    flash(translate("Die Aufgabe ist zugewiesen."), "pik")
    return redirect(url_for("pik.task", task_id=task_id), 303)


def follow_up(actor: Actor, task_id: str) -> ResponseReturnValue:
    """Put the task aside until a day, with a note."""
    day = read_day(request.form.get("tag", ""))
    note = request.form.get("notiz", "").strip()[:200]
    current_flow().services.tasks.follow_up(actor, task_id, day, note)
    flash(
        translate("Die Aufgabe wird wieder vorgelegt.")
        if day
        else translate("Die Wiedervorlage ist gelöscht."),
        "pik",
    )
    return redirect(url_for("pik.task", task_id=task_id), 303)


def remind(actor: Actor, task_id: str) -> ResponseReturnValue:
    """Remind one organisation whose part is missing, or all of them."""
    numbers = [request.form["nummer"]] if request.form.get("nummer") else None
    count = current_flow().services.tasks.remind(actor, task_id, numbers)
    flash(translate("Erinnert: %(num)s", num=count), "pik")
    return redirect(url_for("pik.task", task_id=task_id), 303)


def close_children(actor: Actor, task_id: str) -> ResponseReturnValue:
    """Go on with what is there; asks once more when something is still missing."""
    task = current_flow().services.tasks.view(actor, task_id)
    missing = [child for child in task.children if child.state == "open"]
    if missing and request.form.get("_sure") != "1":
        return render_template("pik/children_confirm.html", task=task, missing=missing)
    return _done(
        current_flow().services.tasks.close_children(
            actor, task_id, version=_version(), key=request.form.get("key", "")
        )
    )


def read_day(text: str) -> date | None:
    """A day as people type it; None for nothing; raises Invalid for anything else."""
    if not text.strip():
        return None
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise Invalid(
        "day-unreadable",
        say("Das Datum lässt sich nicht lesen."),
        say("Schreiben Sie es als TT.MM.JJJJ, zum Beispiel 31.12.2026."),
    )


def _keep(actor: Actor, task: TaskPage, page: forms.FormPage) -> None:
    """Keep what was typed as a draft, also when the case went on meanwhile: completing will tell.

    The check page has nothing typed on it; a person who may not work the task has no draft.
    """
    allowed = task.actions.get("save_draft")
    if not page.is_check and allowed is not None and allowed.allowed:
        current_flow().services.tasks.save_draft(actor, task.id, page.form.draft)


def _version() -> int:
    """The row version the page was made from; without one, no current page was shown."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _form_page(task: TaskPage, page: forms.FormPage) -> str:
    return render_template("pik/task_form.html", task=task, page=page, wide=page.has_tables)


def _to(task: TaskPage, page: str = "") -> ResponseReturnValue:
    return redirect(url_for("pik.task", task_id=task.id, seite=page or None), 303)


ROUTES = (
    Route("/aufgaben/<task_id>", "task", show, "task.read"),
    posted("/aufgaben/<task_id>", "task_work", work, "task.work"),
    posted("/aufgaben/<task_id>/entwurf", "task_draft", keep_draft, "task.work"),
    posted("/aufgaben/<task_id>/uebernehmen", "task_claim", claim, "task.work"),
    posted("/aufgaben/<task_id>/zurueckgeben", "task_release", release, "task.work"),
    posted("/aufgaben/<task_id>/zuweisen", "task_assign", assign, "task.assign"),
    posted("/aufgaben/<task_id>/wiedervorlage", "task_follow_up", follow_up, "task.work"),
    posted("/aufgaben/<task_id>/erinnern", "task_remind", remind, "task.work"),
    posted("/aufgaben/<task_id>/weiter", "task_close", close_children, "task.work"),
    Route("/vorgaenge/<number>/erledigt", "done", done, "case.read"),
)
