"""Every route declares who may come in; a view that is not behind a guard can't be registered.

The guard knows the person, not the thing: whether this person may see this case or complete this
task is decided in the services, inside the transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from pikflow import permissions
from pikflow.errors import PikFlowError, Refused
from pikflow.web.flow import current_actor, current_flow
from pikflow.web.words import later

PUBLIC = "public"
TOKEN_FIELD = "csrf_token"  # noqa: S105 - the name of a form field
_FIELDS = 20_000  # fields of one form: a group of 200 rows with many columns fits
_TEXT_BYTES = 5_000_000  # all text of one form
_JSON_BYTES = 12_000_000  # the largest file of a design as JSON, whose quotes are written twice


View = Callable[..., ResponseReturnValue]


class SignInNeeded(PikFlowError):
    """The page is only for people who are signed in."""


class TokenInvalid(BadRequest):
    """A form came back without the token its page was given: too old, or not from our page."""


@dataclass(frozen=True)
class Route:
    """One address: `view` gets the actor first, unless `permission` is PUBLIC.

    `permission` is a row of `permissions.TABLE`: the guard asks whether the person could have it
    at all, the service whether they have it on this case, task or file. Forms are posted, and
    every POST must carry the token of its page.
    """

    rule: str
    endpoint: str
    view: View
    permission: str
    methods: tuple[str, ...] = ("GET",)


def posted(rule: str, endpoint: str, view: View, permission: str) -> Route:
    """A route that takes a form and changes something."""
    return Route(rule, endpoint, view, permission, ("POST",))


def guarded(route: Route) -> View:
    """The view behind its guard: sizes, person, permission, token, in this order."""

    @wraps(route.view)
    def guard(**values: Any) -> ResponseReturnValue:
        _limit_size()
        if route.permission == PUBLIC:
            check_token()
            return route.view(**values)
        actor = current_actor()
        if actor is None:
            text = later("Für diese Seite müssen Sie angemeldet sein.")
            raise SignInNeeded("sign-in-needed", text)
        if not permissions.may(actor, route.permission, current_flow().catalog):
            raise Refused(
                "not-permitted",
                later("Diese Seite gehört nicht zu Ihren Aufgaben."),
                later("Wenn Sie sie brauchen, wenden Sie sich an die Administration."),
            )
        check_token()
        return route.view(actor, **values)

    guard.route = route  # type: ignore[attr-defined]
    return guard


def token() -> str:
    """The token a form of this page carries."""
    return generate_csrf()


def _limit_size() -> None:
    """Bound what a form may cost before it is read. Werkzeug reads a form without files whole,
    so its text and the number of its fields are bounded here."""
    request.max_content_length = current_flow().settings["PIKFLOW_REQUEST_BYTES"]
    request.max_form_memory_size = _TEXT_BYTES
    request.max_form_parts = _FIELDS
    if request.is_json:
        request.max_content_length = _JSON_BYTES
    elif request.mimetype != "multipart/form-data":
        request.max_content_length = _TEXT_BYTES
        if request.get_data().count(b"&") >= _FIELDS:
            raise RequestEntityTooLarge


def check_token() -> None:
    """Refuse a form that does not carry its page's token; reading needs none."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    try:
        validate_csrf(request.form.get(TOKEN_FIELD) or request.headers.get("X-CSRFToken"))
    except ValueError as fault:  # wtforms.ValidationError, which only forms/ may import
        raise TokenInvalid from fault
