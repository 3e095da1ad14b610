"""Downloads: always an attachment, never shown by the browser inside our pages."""

import re
from urllib.parse import quote

from flask import Response
from flask.typing import ResponseReturnValue

from pikflow.identity import Actor
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route
from pikflow.web.headers import DOWNLOAD_POLICY


def download(actor: Actor, file_id: str) -> ResponseReturnValue:
    """One uploaded file, if this person may see its case."""
    file, content = current_flow().services.files.open(actor, file_id)
    return attachment(content, file.name)


def attachment(content: bytes, name: str, kind: str = "application/octet-stream") -> Response:
    """A file to be kept under a name; no browser shows or runs it here."""
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["Content-Length"] = str(len(content))
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


def content_disposition(name: str) -> str:
    """The header for a file of any name: headers are Latin-1, so RFC 5987 carries the name."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


ROUTES = (Route("/dateien/<file_id>", "file", download, "file.read"),)
