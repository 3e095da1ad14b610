"""What a visitor sets for this browser: language and light or dark; kept in two plain cookies."""

from urllib.parse import urlsplit

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.web.context import THEME_COOKIE, THEMES
from pikflow.web.guards import PUBLIC, posted
from pikflow.web.i18n import LANGUAGE_COOKIE, LANGUAGES

_YEAR = 365 * 24 * 3600


def save() -> ResponseReturnValue:
    """Keep the choice and go back to the page it was made on."""
    response = redirect(safe_target(request.form.get("here", "")), 303)
    for cookie, known in ((LANGUAGE_COOKIE, tuple(LANGUAGES)), (THEME_COOKIE, THEMES)):
        chosen = request.form.get(cookie)
        if chosen is None:
            continue
        if chosen in known:
            response.set_cookie(
                cookie,
                chosen,
                max_age=_YEAR,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure,
            )
        else:
            response.delete_cookie(cookie, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def safe_target(target: str) -> str:
    """A path on this server, or the first page: never a foreign address."""
    try:
        parts = urlsplit(target)
    except ValueError:  # such as "//[": no address at all
        return url_for("pik.home")
    own = target.startswith("/") and not target.startswith(("//", "/\\"))
    if own and not parts.scheme and not parts.netloc and _is_one_line(target):
        return target
    return url_for("pik.home")


def _is_one_line(target: str) -> bool:
    """Nothing a header can't hold, and no backslash, which browsers read as a slash."""
    return target.isprintable() and "\\" not in target


ROUTES = (posted("/einstellungen", "preferences", save, PUBLIC),)
