"""The files of a design as JSON, for the scripts of the editors.

    GET  datei/<path>  {path, kind, version, text, changed, removed, others: [{name, path}], token}
    PUT  datei/<path>  {text, seen} -> {version, at, saved, changed, others}
                       409 {code, message, hint, by, at, version, text, removed}
    POST befunde       {path, text} -> {findings: [...], names: {element: [...]}}
    POST da            {path} -> {others}

Whoever is not signed in gets 401 {code, message, sign_in}; any other refusal has code, message and
hint (errors.py). A PUT and a POST carry the token of their page as X-CSRFToken; 400 with the code
"token-invalid" brings a new `token`, with which the script tries once more.
"""

from collections.abc import Mapping
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from pikflow.errors import Finding, Invalid
from pikflow.identity import Actor
from pikflow.services.studio.design_views import DesignFile, FileChanged, Presence
from pikflow.texts import say
from pikflow.web.flow import current_flow
from pikflow.web.formats import show_instant
from pikflow.web.guards import Route, token
from pikflow.web.i18n import translate
from pikflow.web.studio.editors import address
from pikflow.web.studio.texts import text_of


def read(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """One file, and who else has the design open."""
    designs = current_flow().services.designs
    file = designs.read(actor, design, path)
    others = designs.others(actor, design)
    return jsonify(**file_data(file), others=_people(others), token=token())


def save(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """Save a file over the version that was seen."""
    text, seen = given("text", str), given("seen", int)
    designs = current_flow().services.designs
    try:
        file = designs.save(actor, design, path, text.encode("utf-8"), seen)
    except FileChanged as fault:
        return conflict(fault)
    now = current_flow().clock()
    saved = translate("Gespeichert: %(time)s", time=show_instant(now))
    others = _people(designs.others(actor, design))
    return jsonify(
        version=file.version, at=now.isoformat(), saved=saved, changed=file.changed, others=others
    )


def conflict(fault: FileChanged) -> ResponseReturnValue:
    """The answer to who was slower: what somebody else saved meanwhile."""
    told = {"code": fault.code, "message": translate(fault.message)}
    return jsonify(**told, hint=translate(fault.hint), **file_data(fault.file)), 409


def check(actor: Actor, design: int) -> ResponseReturnValue:
    """The findings of all files with this one as it is typed now, and what is known in it."""
    path, text = given("path", str), given("text", str)
    found = current_flow().services.designs.look(actor, design, path, text.encode("utf-8"))
    return jsonify(
        findings=[finding_data(design, one, found.kinds) for one in found.findings],
        names={
            element: [{"name": one.name, "type": one.type, "sure": one.sure} for one in names]
            for element, names in found.names.items()
        },
    )


def be_here(actor: Actor, design: int) -> ResponseReturnValue:
    """Say that this person has a file open; gives the others."""
    path = given("path", str)
    designs = current_flow().services.designs
    designs.be_here(actor, design, path)
    return jsonify(others=_people(designs.others(actor, design)))


def finding_data(design: int, finding: Finding, kinds: Mapping[str, str]) -> dict[str, Any]:
    """A finding with its sentences in the language of the page, and the address of its place."""
    return {
        **finding.as_dict(),
        "message": translate(finding.message),
        "hint": translate(finding.hint),
        "url": address(design, finding.file, kinds.get(finding.file, ""), finding),
    }


def file_data(file: DesignFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "kind": file.kind,
        "version": file.version,
        "text": text_of(file.path, file.data),
        "changed": file.changed,
        "removed": file.removed,
        "by": file.by,
        "at": file.at.isoformat() if file.at else None,
        "when": show_instant(file.at),
    }


def _people(others: tuple[Presence, ...]) -> list[dict[str, str]]:
    return [{"name": one.name, "path": one.path} for one in others]


def given(name: str, kind: type) -> Any:
    """A value of the JSON body; Invalid("body-invalid") when it is missing or of another kind."""
    body = request.get_json(silent=True)
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool) or not _is_whole(value):
        raise Invalid("body-invalid", say("Die Anfrage war unvollständig: „{name}“.", name=name))
    return value


def _is_whole(value: object) -> bool:
    """Not half a character, which JSON can carry and nothing can store."""
    return not isinstance(value, str) or not any("\ud800" <= sign <= "\udfff" for sign in value)


ROUTES = (
    Route("/werkstatt/<pikrow:design>/datei/<path:path>", "studio_file", read, "design.edit"),
    Route(
        "/werkstatt/<pikrow:design>/datei/<path:path>", "studio_save", save, "design.edit", ("PUT",)
    ),
    Route("/werkstatt/<pikrow:design>/befunde", "studio_check", check, "design.edit", ("POST",)),
    Route("/werkstatt/<pikrow:design>/da", "studio_here", be_here, "design.edit", ("POST",)),
)
