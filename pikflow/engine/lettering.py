"""Measuring and wrapping German text without a font: widths of a usual sans serif, in pixels."""

import re

LINE = 1.2  # line height as a multiple of the font size
_NARROW, _WIDE = set("ijl.,:;'|!I()[]/ ftr-"), set("MW%—@")
# Joints of German compounds: a break after them reads well.
_JOINT = re.compile(
    r"(?<=[a-zäöü])(?:ungs|keits|heits|schafts|ions|täts|tums|lings)(?=[a-zäöüß]{3})"
)
_VOWELS = "aeiouyäöü"


def width_of(text: str, size: float = 12) -> float:
    """About how wide the text is at this font size; a little too wide rather than too narrow."""
    return sum(_advance(letter) for letter in text) * size


def _advance(letter: str) -> float:
    if letter in _NARROW:
        return 0.34
    if letter in _WIDE:
        return 0.88
    if letter in "mw":
        return 0.82
    return 0.7 if letter.isupper() else 0.58


def wrap(text: str, width: float, size: float = 12, lines: int = 0) -> list[str]:
    """The text in lines no wider than `width`; long words are hyphenated.

    With `lines` above 0 the rest is cut and marked with an ellipsis.
    """
    result: list[str] = []
    line = ""
    for word in text.split():
        tried = f"{line} {word}".strip()
        if width_of(tried, size) <= width:
            line = tried
            continue
        if width_of(word, size) > width:
            head, rest = _broken(
                word, width, size, width - width_of(line + " ", size) if line else 0
            )
            if head:
                result.append(f"{line} {head}".strip())
                line = ""
            elif line:
                result.append(line)
                line = ""
            while width_of(rest, size) > width and len(rest) > 2:
                piece, rest = _broken(rest, width, size, width)
                result.append(piece)
            line = rest
        else:
            result.append(line)
            line = word
    if line:
        result.append(line)
    if lines and len(result) > lines:
        result = [*result[: lines - 1], _cut(f"{result[lines - 1]} …", width, size)]
    return result


def _cut(text: str, width: float, size: float) -> str:
    while width_of(text, size) > width and len(text) > 2:
        text = f"{text[:-2].rstrip()}…"
    return text


def _broken(word: str, width: float, size: float, room: float) -> tuple[str, str]:
    """The word in two at its best joint within `room` (or `width` when there is no room yet)."""
    space = room or width
    places = [i for i in range(3, len(word) - 2) if _joinable(word, i)]
    fitting = [i for i in places if width_of(_head(word, i), size) <= space]
    joints = [m.end() for m in _JOINT.finditer(word)]
    best = max((i for i in fitting if i in joints or word[i - 1] in "-/"), default=None)
    begun = room not in (0, width)  # a line that has words already: break only where it reads well
    if best is None and not begun:
        best = max(fitting, default=None)
    if best is None and not begun:  # no syllable fits: break anywhere
        best = max(
            (i for i in range(1, len(word)) if width_of(_head(word, i), size) <= width), default=1
        )
    if best is None:
        return "", word
    return _head(word, best), word[best:]


def _head(word: str, place: int) -> str:
    return word[:place] if word[place - 1] in "-/" else f"{word[:place]}-"


def _joinable(word: str, place: int) -> bool:
    """Whether German may break here, roughly: before a consonant that a vowel follows."""
    if word[place - 1] in "-/":
        return word[place] not in "-/"
    if any(m.end() == place for m in _JOINT.finditer(word)):
        return True
    before, here, after = (
        letter.lower() for letter in (word[place - 1], word[place], word[place + 1])
    )
    if before + here in ("ch", "ck", "ph", "qu", "th") or (before == "s" and here in "tp"):
        return False
    if here + after == "ch" or here + after == "ck":
        return False
    has_vowels = any(v in _VOWELS for v in word[:place].lower()) and any(
        v in _VOWELS for v in word[place:].lower()
    )
    return has_vowels and here not in _VOWELS and after in _VOWELS and here.isalpha()
