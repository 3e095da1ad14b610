"""Every request has an id: the caller's when it is well-formed, else a new one. It is returned,
stands in every log line of the request, and goes along into the jobs the request leads to."""

import logging
import time

from flask import Blueprint, Response, g, request

from pikflow import logs

HEADER = "X-Request-Id"
_log = logging.getLogger(__name__)


def follow(blueprint: Blueprint) -> None:
    """Give the requests of a blueprint their ids, and a line in the log each."""
    blueprint.before_request(_begin)
    blueprint.after_request(_answer)
    blueprint.teardown_request(_end)


def _begin() -> None:
    g.pik_began = time.monotonic()
    g.pik_request = logs.under(logs.accepted_id(request.headers.get(HEADER, "")))
    g.pik_request.__enter__()


def _answer(response: Response) -> Response:
    """The line names the route, never the address: that may hold a name somebody searched for."""
    if "pik_request" not in g:  # the host answered before us
        return response
    response.headers[HEADER] = logs.request_id()
    facts = {
        "method": request.method,
        "endpoint": request.endpoint,
        "status": response.status_code,
        "ms": round((time.monotonic() - g.pik_began) * 1000, 1),
    }
    _log.info("request", extra=facts)
    return response


def _end(error: BaseException | None) -> None:
    entered = g.pop("pik_request", None)
    if entered is not None:
        entered.__exit__(None, None, None)
