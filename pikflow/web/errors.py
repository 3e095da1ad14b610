"""Error pages: what happened, what to do next, and what the visitor had typed, to be copied.

Only here do our errors become HTTP. No page shows a traceback; a fault of the server gets a
number that is also in the log.
"""

import logging
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Flask, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from pikflow.errors import (
    Conflict,
    ConnectorFault,
    DatabaseBusy,
    EngineFault,
    Invalid,
    NotFound,
    PikFlowError,
    Refused,
)
from pikflow.web.context import for_fault, for_page
from pikflow.web.flow import current_flow
from pikflow.web.guards import TOKEN_FIELD, SignInNeeded, TokenInvalid, token
from pikflow.web.i18n import language, translate
from pikflow.web.words import later

_log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[PikFlowError], int], ...] = (
    (SignInNeeded, 401),
    (NotFound, 404),
    (DatabaseBusy, 503),
    (Conflict, 409),
    (Refused, 403),
    (Invalid, 400),
    (EngineFault, 500),
    (ConnectorFault, 503),
)
PAGES: dict[int, tuple[str, str, str]] = {
    400: (
        later("Die Anfrage war unvollständig"),
        later("Der Server konnte die Anfrage nicht lesen."),
        later("Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal."),
    ),
    401: (
        later("Sie sind nicht angemeldet"),
        later("Für diese Seite müssen Sie angemeldet sein."),
        later("Melden Sie sich an und öffnen Sie die Seite dann noch einmal."),
    ),
    403: (
        later("Das dürfen Sie hier nicht"),
        later("Diese Seite oder Aktion gehört nicht zu Ihren Aufgaben."),
        later("Wenn Sie sie brauchen, wenden Sie sich an die Administration."),
    ),
    404: (
        later("Diese Seite gibt es nicht"),
        later(
            "Die Adresse ist falsch, oder die Seite gehört zu einem Vorgang, den Sie nicht sehen."
        ),
        later("Prüfen Sie die Adresse oder suchen Sie den Vorgang über seine Nummer."),
    ),
    405: (
        later("So lässt sich die Seite nicht öffnen"),
        later("Diese Adresse nimmt nur Formulare von einer unserer Seiten an."),
        later("Gehen Sie über die Aufgaben oder den Vorgang dorthin."),
    ),
    409: (
        later("Hier ging es schon weiter"),
        later("Die Aufgabe hat sich geändert, seit Sie die Seite geöffnet haben."),
        later("Öffnen Sie den Vorgang und sehen Sie nach, wie er jetzt steht."),
    ),
    413: (
        later("Das ist zu groß"),
        later("Die Anfrage ist größer, als der Server annimmt. Es wurde nichts gespeichert."),
        later("Laden Sie kleinere Dateien hoch, oder weniger auf einmal."),
    ),
    429: (
        later("Zu viele Anfragen"),
        later("Von Ihrem Anschluss kamen in kurzer Zeit sehr viele Anfragen."),
        later("Warten Sie eine Minute und versuchen Sie es dann noch einmal."),
    ),
    500: (
        later("Hier ist etwas schiefgegangen"),
        later("Der Fehler liegt bei uns. Er ist im Protokoll vermerkt."),
        later("Versuchen Sie es später noch einmal. Gespeicherte Entwürfe sind erhalten."),
    ),
    503: (
        later("Der Dienst ist gerade nicht erreichbar"),
        later("Ein angeschlossenes System antwortet nicht."),
        later("Versuchen Sie es in einigen Minuten noch einmal."),
    ),
}
_TOKEN = (
    later("Die Seite war zu lange offen"),
    later("Zur Sicherheit gilt ein Formular nur eine begrenzte Zeit. Es wurde nichts geändert."),
    later("Laden Sie die Seite neu. Ihre Eingaben stehen unten; Sie können sie übernehmen."),
)

_JSON, _TOKEN_CODE = "application/json", "token-invalid"

# The task can still be opened; what was typed is its draft.
_NOT_TYPED = {TOKEN_FIELD, "key", "version", "number"}
_TASK_STILL_THERE = {"case-changed", "task-claimed", "form-invalid"}


@dataclass(frozen=True)
class Typed:
    """One thing the visitor had entered: the field's name and the text."""

    name: str
    value: str


def register(blueprint: Blueprint) -> None:
    """Our pages for every error inside our blueprint."""
    blueprint.register_error_handler(PikFlowError, refuse)
    blueprint.register_error_handler(HTTPException, fail)


def register_app(app: Flask) -> None:
    """The same pages for a whole app; for a host that is ours, such as the demo portal."""
    app.register_error_handler(PikFlowError, refuse)
    app.register_error_handler(HTTPException, fail)


def refuse(error: PikFlowError) -> ResponseReturnValue:
    """One of our own errors: its sentences are already meant for people."""
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
    if _for_script() and status < 500:
        return _told(status, error.code, error.message, error.hint)
    if status == 401 and request.method == "GET":
        sign_in = current_flow().settings["PIKFLOW_SIGN_IN_URL"]
        if sign_in:
            return redirect(url_with_next(sign_in))
    if status >= 500:
        # What a fault says of a process is for its authors: in German, and in the log.
        said = (error.message, error.hint) if language() == "de" else ("", "")
        return _page(status, PAGES[status], *said, _record(error))
    return _page(status, PAGES[status], error.message, error.hint, code=error.code)


def fail(error: HTTPException) -> ResponseReturnValue:
    """An HTTP error of Flask, or an unexpected one, which arrives as 500."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if _for_script():
        return _fail_script(error.code, error)
    if isinstance(error, TokenInvalid):
        return _page(400, _TOKEN)
    texts = PAGES.get(error.code) or PAGES[500 if error.code >= 500 else 400]
    number = (
        _record(getattr(error, "original_exception", None) or error) if error.code >= 500 else ""
    )
    return _page(error.code, texts, number=number)


def _for_script() -> bool:
    """Whether a script asked, which wants facts and no page: it sends JSON or says that it
    reads it."""
    accepted = request.accept_mimetypes
    return request.is_json or accepted.best_match(("text/html", "application/json")) == _JSON


def _told(status: int, code: str, message: str, hint: str) -> ResponseReturnValue:
    """{code, message, hint}; with 401 the address to `sign_in`, to a request whose page was too
    old a new `token`."""
    said: dict[str, str] = {"code": code, "message": translate(message), "hint": translate(hint)}
    if status == 401:
        said["sign_in"] = current_flow().settings["PIKFLOW_SIGN_IN_URL"]
    if code == _TOKEN_CODE:
        said["token"] = token()
    return jsonify(said), status


def _fail_script(status: int, error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, TokenInvalid):
        return _told(400, _TOKEN_CODE, _TOKEN[0], _TOKEN[2])
    texts = PAGES.get(status) or PAGES[500 if status >= 500 else 400]
    if status >= 500:
        _record(getattr(error, "original_exception", None) or error)
    return _told(status, f"http-{status}", texts[1], texts[2])


def url_with_next(sign_in: str) -> str:
    """The sign-in page, told where to go on afterwards."""
    target = request.full_path.rstrip("?")
    if target in {"/", url_for("pik.home")}:
        return sign_in
    return f"{sign_in}?weiter={quote(target, safe='/')}"


def typed_values() -> tuple[Typed, ...]:
    """What a refused form carried, without tokens, buttons and empty fields."""
    return tuple(
        Typed(name, value.strip())
        for name, value in _form().items(multi=True)
        if value.strip() and not name.startswith("_") and name not in _NOT_TYPED
    )


def _form() -> "MultiDict[str, str]":
    """What was posted; nothing when it was too large to be read."""
    try:
        return request.form
    except RequestEntityTooLarge:
        return MultiDict()


def _page(
    status: int,
    texts: tuple[str, str, str],
    message: str = "",
    hint: str = "",
    number: str = "",
    code: str = "",
) -> ResponseReturnValue:
    title, what, next_step = texts
    body = render_template(
        "pik/error.html",
        **(for_fault() if status >= 500 else for_page()),
        status=status,
        heading=translate(title),
        message=translate(message or what),
        hint=translate(hint or ("" if message else next_step)),
        number=number,
        typed=typed_values() if request.method == "POST" else (),
        links=_links(status, code),
    )
    return body, status


def _links(status: int, code: str) -> tuple[tuple[str, str], ...]:
    """Where to go from here: (text, address), the most likely one first."""
    sign_in = current_flow().settings["PIKFLOW_SIGN_IN_URL"]
    if status == 401:
        return ((translate("Anmelden"), sign_in),) if sign_in else ()
    found = []
    given = request.view_args or {}
    if code in _TASK_STILL_THERE and "task_id" in given:
        task = url_for("pik.task", task_id=given["task_id"])
        found.append((translate("Zur Aufgabe mit Ihren Eingaben"), task))
    # Only for a link: whoever may not see the case gets the usual page behind it.
    number = given.get("number") or (_form().get("number"))
    if number and status != 404:
        found.append((translate("Zum Vorgang"), url_for("pik.case", number=number)))
    if "design" in given and status != 404:
        found.append(
            (translate("Zum Entwurf"), url_for("pik.studio_design", design=given["design"]))
        )
    return tuple(found)


def _record(error: BaseException) -> str:
    """Log a fault without personal data and return the number that finds it again."""
    number = secrets.token_hex(4).upper()
    _log.error("fault %s at %s", number, request.endpoint, exc_info=error)
    return number
