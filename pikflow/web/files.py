"""Downloads: always an attachment, never shown by the browser inside our pages."""

from flask import Response
from flask.typing import ResponseReturnValue

from pikflow.identity import Actor
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route
from pikflow.web.headers import DOWNLOAD_POLICY


def download(actor: Actor, file_id: str) -> ResponseReturnValue:
    """One uploaded file, if this person may see its case."""
    file, content = current_flow().services.files.open(actor, file_id)
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


ROUTES = (Route("/dateien/<file_id>", "file", download, "file.read"),)
