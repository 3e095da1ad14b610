"""The diagram editor: bpmn-js on a page of its own. What it draws is put into the file's own text.

The script gets all it needs with the page; findings and names come from `studio_check` (data.py).
"""

from dataclasses import asdict
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.expressions.functions import FUNCTIONS
from pikflow.identity import Actor
from pikflow.services.studio.choices import Choice, Choices
from pikflow.services.studio.design_views import DesignFile, DesignView, FileChanged
from pikflow.web.flow import current_flow
from pikflow.web.formats import show_hour
from pikflow.web.guards import Route, posted, token
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole
from pikflow.web.studio.data import conflict, given
from pikflow.web.studio.editors import editors_for
from pikflow.web.studio.texts import text_of


def show(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """The editor; with ?element=id that element is selected."""
    designs = current_flow().services.designs
    view, file = designs.view(actor, design), designs.read(actor, design, path)
    choices = designs.choices(actor, design)
    return render_template(
        "pik/studio/diagram.html",
        design=view,
        file=file,
        title=next((head.title for head in view.files if head.path == path), path),
        editors=editors_for(file.kind),
        versions=designs.versions(actor, design, path),
        config=_config(view, file, choices),
    )


def save(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """Put what changed from `base` to `text`, two writings of bpmn-js, into the file that was
    seen."""
    base, text, seen = given("base", str), given("text", str), given("seen", int)
    designs = current_flow().services.designs
    try:
        file = designs.save_drawing(actor, design, path, base, text, seen)
    except FileChanged as fault:
        return conflict(fault)
    return jsonify(version=file.version, at=show_hour(current_flow().clock()))


def version(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """An earlier version of the file, for the comparison; ?fassung=0 is what is deployed."""
    number = read_whole(request.args.get("fassung", "")) or 0
    data = current_flow().services.designs.text_of(actor, design, path, number)
    return jsonify(text=text_of(path, data))


def _config(view: DesignView, file: DesignFile, choices: Choices) -> dict[str, Any]:
    """What the script is told with the page (client/src/diagram/page.js)."""
    design = view.id

    def here(endpoint: str) -> str:
        return url_for(endpoint, design=design, path=file.path)

    return {
        "design": design,
        "path": file.path,
        "closed": view.state != "open",
        "text": text_of(file.path, file.data),
        "version": file.version,
        "element": request.args.get("element", "")[:200],
        "token": token(),
        "urls": {
            "save": here("pik.studio_diagram_save"),
            "version": here("pik.studio_diagram_version"),
            "check": url_for("pik.studio_check", design=design),
            "design": url_for("pik.studio_design", design=design),
        },
        "world": _world(design, choices),
    }


def _world(design: int, choices: Choices) -> dict[str, Any]:
    by_measure = translate("je Maßnahme")
    roles = [Choice(one.value, f"{one.label} ({by_measure})") for one in choices.roles]
    return {
        "lanes": [asdict(one) for one in choices.lanes],
        "forms": [asdict(one) for one in (*roles, *choices.forms)],
        "connectors": [asdict(one) for one in choices.connectors],
        "decisions": [asdict(one) for one in choices.decisions],
        "processes": [
            {
                **asdict(one),
                "url": url_for("pik.studio_diagram", design=design, path=one.file),
            }
            for one in choices.processes
        ],
        "functions": [
            {"name": name, "about": function.usage} for name, function in FUNCTIONS.items()
        ],
    }


ROUTES = (
    Route("/werkstatt/<pikrow:design>/diagramm/<path:path>", "studio_diagram", show, "design.edit"),
    posted(
        "/werkstatt/<pikrow:design>/diagramm/<path:path>",
        "studio_diagram_save",
        save,
        "design.edit",
    ),
    Route(
        "/werkstatt/<pikrow:design>/diagrammfassung/<path:path>",
        "studio_diagram_version",
        version,
        "design.edit",
    ),
)
