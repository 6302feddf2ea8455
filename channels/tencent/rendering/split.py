"""Cuts a long text into parts WeChat takes, at the best place there is. Pure; used by the renderers."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

# WeChat counts bytes of UTF-8, not characters: a Chinese character is three. Beyond this: error 45002.
MAX_BYTES = 2048

# Where a reader does not mind a break, best first.
BREAKS = (
    re.compile(r"\n\s*\n"),  # between paragraphs
    re.compile(r"\n"),
    re.compile(r"[。！？!?…]+[”’」』）)]*|[；;]"),  # after a sentence
    re.compile(r"[，、：,:]|\s"),
)
# A break earlier than this share of the part would leave a stump; a lesser kind of break is better.
LEAST_SHARE = 0.4
# An address opens only in one piece. It ends where WeChat's app, too, takes it to end: before what is no ASCII.
_ADDRESS = re.compile(r"https?://[!-~]+")


def split_text(text: str, limit: int = MAX_BYTES) -> list[str]:
    """The text in order, in parts of at most `limit` bytes of UTF-8, none of them empty.

    Nothing but white space at the breaks is lost.
    """
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


def shortened(text: str, limit: int) -> str:
    """The text in at most `limit` bytes of UTF-8; what was cut off is told by an ellipsis."""
    if size(text) <= limit:
        return text
    head = text.encode()[: limit - size("…")].decode(errors="ignore")
    while head and _joined(text, len(head)):
        head = head[:-1]
    return head.rstrip() + "…"


def _longest_prefix(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore") or text[:1]


def _break_in(head: str, text: str) -> int:
    """How much of `head`, the beginning of `text`, makes a part."""
    addresses = [
        match.span() for match in _ADDRESS.finditer(text, 0, 2 * len(head)) if match.start() < len(head)
    ]  # fmt: skip
    starts = [start for start, _ in addresses]

    def tears(at: int) -> bool:
        """Whether a cut at `at` goes through an address, or through what is drawn as one character."""
        nearest = bisect_right(starts, at - 1) - 1
        inside = nearest >= 0 and starts[nearest] < at < addresses[nearest][1]
        return inside or _joined(text, at)

    least = int(len(head) * LEAST_SHARE)
    for pattern in BREAKS:
        ends = [
            end for match in pattern.finditer(head) if (end := match.end()) > least and not tears(end)
        ]  # fmt: skip
        if ends:
            return ends[-1]
    # No good place: before an address that began, if anything stands before it.
    cut = len(head)
    begun = [start for start, end in addresses if start < cut < end]
    if begun and begun[-1] > 0:
        return begun[-1]
    # At least do not tear an emoji or an accented letter apart.
    while cut > least and _joined(text, cut):
        cut -= 1
    return cut if cut > 0 else len(head)


def _joined(text: str, at: int) -> bool:
    """Whether the characters before and at `at` are drawn as one."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    is_skin_tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    joins = before == "\u200d" or after in "\u200d\ufe0f" or unicodedata.category(after)[0] == "M"
    return (
        joins or is_skin_tone or (_is_flag_half(after) and _flag_halves_before(text, at) % 2 == 1)
    )


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_halves_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag_half(text[at - 1 - count]):
        count += 1
    return count
