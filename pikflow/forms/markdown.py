"""A small subset of Markdown for notes: paragraphs, lists, bold, italic, links; always safe."""

import html
import re

import nh3
from markupsafe import Markup

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br", "code"}
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\((https?://[^\s)\"'<>]{1,500}|/[^\s)\"'<>]{0,500})\)")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_ITALIC = re.compile(r"(?<![*\w])\*([^*\s](?:[^*\n]*[^*\s])?)\*(?![*\w])")
_CODE = re.compile(r"`([^`\n]+)`")
_ITEM = re.compile(r"(?:[-*]|(\d{1,3})[.)])\s+(.*)")


def render(text: str) -> str:
    """HTML of a note; anything that is not in the subset is shown as it was written."""
    blocks = re.split(r"\n\s*\n", text.strip()) if text.strip() else []
    return nh3.clean(
        "".join(_block(block.strip().split("\n")) for block in blocks),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )


def _block(lines: list[str]) -> str:
    matches = [_ITEM.fullmatch(line.strip()) for line in lines]
    if all(matches):
        tag = "ol" if matches[0] and matches[0][1] else "ul"
        items = "".join(f"<li>{_inline(match[2])}</li>" for match in matches if match)
        return f"<{tag}>{items}</{tag}>"
    if any(matches) and not matches[0]:
        first = next(number for number, match in enumerate(matches) if match)
        return _block(lines[:first]) + _block(lines[first:])
    return "<p>" + " ".join(_inline(line.strip()) for line in lines) + "</p>"


def _inline(text: str) -> str:
    text = html.escape(text, quote=True)
    text = _LINK.sub(r'<a href="\2">\1</a>', text)
    text = _CODE.sub(r"<code>\1</code>", text)
    text = _BOLD.sub(r"<strong>\1</strong>", text)
    return _ITALIC.sub(r"<em>\1</em>", text)


def safe(text: str) -> Markup:
    """Markdown as HTML a template may print as it is."""
    return Markup(render(text))  # noqa: S704 - render cleans with nh3
