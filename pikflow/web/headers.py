"""Security headers, on our own responses only: a plugin never changes its host's."""

from flask import Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
# A download must neither run nor be embedded, whatever it is.
DOWNLOAD_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def protect(response: Response) -> Response:
    """Set the headers of one of our pages; what the view set itself is kept."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    headers["Cache-Control"] = _caching(response)
    return response


def _caching(response: Response) -> str:
    """Style sheets, scripts and fonts may be kept; a page with case data never."""
    static = response.mimetype in {"text/css", "text/javascript", "font/woff2", "image/svg+xml"}
    return "public, max-age=3600" if static and response.status_code in (200, 304) else "no-store"
