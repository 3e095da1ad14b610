"""Files as text: bytes out of a form or script, text into it, and back without a change."""

from pikflow.errors import Invalid
from pikflow.texts import say


def text_of(path: str, data: bytes) -> str:
    """The text of a file; Invalid("file-encoding") when it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Invalid(
            "file-encoding",
            say("„{path}“ ist nicht in UTF-8 geschrieben.", path=path),
            say("Speichern Sie die Datei als UTF-8, und nehmen Sie sie noch einmal auf."),
        ) from fault


def typed(text: str, before: bytes) -> bytes:
    """The bytes of a text area: with the line ends the file had, for browsers send CRLF for all."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    known = before.decode("utf-8", errors="replace")
    if plain == known.replace("\r\n", "\n").replace("\r", "\n"):
        return before
    return (plain.replace("\n", "\r\n") if "\r\n" in known else plain).encode("utf-8")
