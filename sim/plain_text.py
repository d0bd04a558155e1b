"""Text on terminals that know fewer signs than we use: a plain one in place of each, never a failure."""

from __future__ import annotations

import codecs
import unicodedata
from typing import TextIO

PLAIN = {
    "−": "-", "–": "-", "—": "-", "‑": "-", "×": "x", "÷": "/", "±": "+/-", "≤": "<=", "≥": ">=", "≈": "~", "·": "|",
    "…": "...", "→": "->", "←": "<-", "“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "•": "*", "✓": "ok", "∞": "inf",
    "\u2009": " ", "\u202f": " ", "\u00a0": " ", "─": "-", "━": "-", "│": "|", "╸": "-", "╺": "-", "█": "#",
}  # fmt: skip
"""What a minus is, above all: a figure must not lose its sign."""


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = []
    for sign in error.object[error.start : error.end]:
        text = PLAIN.get(sign)
        if text is None:
            # An accent is dropped before the letter is.
            text = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"
        found.append(text)
    return "".join(found), error.end


codecs.register_error("plain", _plain)


def speak_plainly(stream: TextIO) -> None:
    """What the stream's encoding has no sign for is written in plain ones. Others' streams are left as they are."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="plain")
