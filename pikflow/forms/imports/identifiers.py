"""Names of other products as ids of ours: small letters, digits, underscores, each once."""

import re
import unicodedata
from collections.abc import Mapping

from pikflow.expressions.lexer import CONSTANTS, KEYWORDS
from pikflow.forms.properties import IDENTIFIER, RESERVED

# What a case brings itself; a field of that name would hide it.
_TAKEN = RESERVED | set(CONSTANTS) | KEYWORDS | {"heute", "vorgang", "runde"}
_TAKEN |= {"params", "actor"}
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LONGEST = 60


def plain(text: str, joint: str) -> str:
    """Small ASCII letters and digits; everything else becomes one joint."""
    letters = unicodedata.normalize("NFKD", text[:300].translate(_UMLAUTS))
    words = re.sub(r"[^A-Za-z0-9]+", " ", letters.encode("ascii", "ignore").decode())
    return joint.join(_HUMP.sub(" ", words).lower().split())


def identifier_of(name: str) -> str:
    """The id a name would have if it were alone."""
    found = plain(name, "_")[: _LONGEST - 8].strip("_")
    if not found or not found[0].isalpha():
        found = f"feld_{found}".strip("_")
    if found in _TAKEN or not IDENTIFIER.fullmatch(found):
        found = f"{found}_feld"
    return found


def form_id_of(name: str) -> str:
    """The id of a form, from a title or a file name."""
    found = plain(name, "-")[:70].strip("-")
    return found if found[:1].isalpha() else f"formular-{found}".strip("-")


class Identifiers:
    """The ids of one scope (a form, or the columns of a group). `names` maps what the other
    product calls a value to what it is called here."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._used: set[str] = set()

    def take(self, name: str, known_as: str = "") -> str:
        """An id for a name nobody has yet; expressions find it under `known_as`, else the name."""
        wanted = identifier_of(name)
        found, number = wanted, 1
        while found in self._used:
            number += 1
            found = f"{wanted}_{number}"
        self._used.add(found)
        self.names.setdefault(known_as or name, found)
        return found

    def renamed(self) -> Mapping[str, str]:
        """Only what is called otherwise here."""
        return {name: here for name, here in self.names.items() if name != here}
