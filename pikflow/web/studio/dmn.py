"""The DMN editor: dmn-js on a page of its own, on the same file as the forms of tables.py."""

from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.identity import Actor
from pikflow.services.studio.design_views import DesignFile, FileChanged
from pikflow.web.flow import current_flow
from pikflow.web.formats import show_hour
from pikflow.web.guards import Route, posted, token
from pikflow.web.i18n import translate
from pikflow.web.studio.data import file_data, given
from pikflow.web.studio.editors import editors_for
from pikflow.web.studio.texts import text_of
from pikflow.web.words import WORDS


def show(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """The editor; with ?tabelle=id that decision is open."""
    designs = current_flow().services.designs
    view, file = designs.view(actor, design), designs.read(actor, design, path)
    return render_template(
        "pik/studio/dmn.html",
        design=view,
        file=file,
        title=next((head.title for head in view.files if head.path == path), path),
        editors=editors_for(file.kind),
        config=_config(design, file),
    )


def save(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """Do what changed from `base` to `text`, two writings of dmn-js, to the file that was seen."""
    base, text, seen = given("base", str), given("text", str), given("seen", int)
    tables = current_flow().services.tables
    try:
        file = tables.save_edited(actor, design, path, base.encode(), text.encode(), seen)
    except FileChanged as fault:
        told = {"code": fault.code, "message": translate(fault.message)}
        return jsonify(**told, hint=translate(fault.hint), **file_data(fault.file)), 409
    return jsonify(version=file.version, at=show_hour(current_flow().clock()))


def _config(design: int, file: DesignFile) -> dict[str, Any]:
    """What the script is told with the page (client/src/table/page.js)."""
    return {
        "design": design,
        "path": file.path,
        "text": text_of(file.path, file.data),
        "version": file.version,
        "decision": request.args.get("tabelle", "")[:200],
        "token": token(),
        "urls": {
            "save": url_for("pik.studio_dmn_save", design=design, path=file.path),
            "check": url_for("pik.studio_check", design=design),
        },
        "texts": {**_texts(), **{key: translate(w) for key, w in WORDS["severity"].items()}},
    }


def _texts() -> dict[str, str]:
    """The sentences of the script; {name} is filled in there."""
    return {
        "saved": translate("Gespeichert um {at}"),
        "offline": translate(
            "Keine Verbindung. Ihr Stand bleibt in diesem Browser und wird gespeichert, sobald es "
            "wieder geht."
        ),
        "signed_out": translate(
            "Sie sind abgemeldet. Ihr Stand bleibt in diesem Browser. Melden Sie sich in einem "
            "neuen Tab an; dann wird gespeichert."
        ),
        "refused": translate("Das ließ sich nicht speichern. Ihr Stand bleibt in diesem Browser."),
        "conflict": translate("Diese Datei wurde inzwischen geändert."),
        "not_kept": translate(
            "Dieser Browser kann nichts aufheben. Schließen Sie die Seite erst, wenn gespeichert "
            "ist."
        ),
        "restored": translate("Ihr nicht gespeicherter Stand ist wieder da."),
        "fine": translate("Nichts zu beanstanden."),
    }


_HERE = "/werkstatt/<pikrow:design>/dmn/<path:path>"
ROUTES = (
    Route(_HERE, "studio_dmn", show, "design.edit"),
    posted(_HERE, "studio_dmn_save", save, "design.edit"),
)
