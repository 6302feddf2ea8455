"""Cuts a long text into parts WeChat takes, at the best place there is. Pure; used by the renderer."""

from __future__ import annotations

import re
import unicodedata

# WeChat counts bytes of UTF-8, not characters: a Chinese character is three. Beyond this: error 45002.
MAX_BYTES = 2048

# Where a reader does not mind a break, best first.
BREAKS = (
    re.compile(r"\n\s*\n"),  # between paragraphs
    re.compile(r"\n"),
    re.compile(r"[。！？!?…][”’」』）)]*|[；;]"),  # after a sentence
    re.compile(r"[，、：,:]|\s"),
)
# A break earlier than this share of the part would leave a stump; a lesser kind of break is better.
LEAST_SHARE = 0.4


def split_text(text: str, limit: int = MAX_BYTES) -> list[str]:
    """The text in order, in parts of at most `limit` bytes of UTF-8, none of them empty."""
    parts: list[str] = []
    rest = text.strip()
    while rest:
        head = _longest_prefix(rest, limit)
        if len(head) < len(rest):
            head = head[: _break_in(head, rest)]
        if head.strip():
            parts.append(head.strip())
        rest = rest[len(head) :].strip()
    return parts


def size(text: str) -> int:
    """Bytes of UTF-8."""
    return len(text.encode())


def _longest_prefix(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore") or text[:1]


def _break_in(head: str, text: str) -> int:
    least = int(len(head) * LEAST_SHARE)
    for pattern in BREAKS:
        ends = [match.end() for match in pattern.finditer(head) if match.end() > least]
        if ends:
            return ends[-1]
    # No good place: at least do not tear an emoji or an accented letter apart.
    cut = len(head)
    while cut > least and _joined(text, cut):
        cut -= 1
    return cut


def _joined(text: str, at: int) -> bool:
    """Whether the characters before and at `at` are drawn as one."""
    before, after = text[at - 1], text[at]
    joiners = "\u200d\ufe0f"
    is_skin_tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    return (
        before == "\u200d" or after in joiners or is_skin_tone or unicodedata.combining(after) > 0
    )
