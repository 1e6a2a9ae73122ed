"""Names: the form in which they are kept, when two are the same, and why one is refused."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 300
"""Characters; a longer name is text that went into the wrong field."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def normal_name(text: str) -> str:
    """The form in which a name is kept: NFC, stripped, runs of white space (line breaks too) made one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def name_key(text: str) -> str:
    """What two names must differ in to be different: NFKC and casefold, invisible characters left out."""
    folded = unicodedata.normalize("NFKC", normal_name(text)).casefold()
    if not folded.isascii():
        visible = "".join(character for character in folded if unicodedata.category(character) != "Cf")
        folded = unicodedata.normalize("NFKC", visible)
    return " ".join(folded.split())


def same_name(first: str, second: str) -> bool:
    """Whether a reader would take the two for the same name."""
    return name_key(first) == name_key(second)


def name_trouble(text: str) -> str:
    """Why `text` cannot be a name, as the end of a sentence that begins with the name; empty when it can."""
    name = normal_name(text)
    if not name_key(name):
        return "is empty"
    if len(name) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} characters"
    return _odd_character(name)


def legible(text: str, longest: int = 40) -> str:
    """A text fit to stand in a sentence: what could mislead a reader made visible, cut to `longest` characters."""
    visible = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return visible if len(visible) <= longest else f"{visible[: longest - 1]}…"


def _odd_character(name: str) -> str:
    if name.isascii() and name.isprintable():
        return ""
    for character in name:
        if character in _BIDI:
            return f"holds a character that changes the reading direction (U+{ord(character):04X})"
        if unicodedata.category(character) in {"Cc", "Cs"}:
            return f"holds a control character (U+{ord(character):04X})"
    return ""
