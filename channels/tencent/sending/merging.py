"""Two bubbles that wait behind each other as one, where the service can show them as one. Pure.

Order is kept as a citizen reads it: what came first stands above, a list to tap on stands below the words before it.
"""

from __future__ import annotations

from channels.tencent.rendering.bubbles import Bubble, MenuBubble, TextBubble
from channels.tencent.rendering.split import size
from channels.tencent.replies.quota import Rules

# Paragraphs apart, as within a message.
BETWEEN = "\n\n"


def merged(first: Bubble, second: Bubble, rules: Rules) -> Bubble | None:
    """One bubble that shows both; None where they need one each."""
    match first, second:
        case TextBubble(above), TextBubble(below):
            text = _joined(above, below)
            return TextBubble(text) if size(text) <= rules.text_bytes else None
        case TextBubble(above), MenuBubble(head, items, tail):
            return _menu(_joined(above, head), items, tail, rules)
        case MenuBubble(head, items, tail), TextBubble(below):
            return _menu(head, items, _joined(tail, below), rules)
        case _:
            return None


def _menu(
    head: str, items: tuple[tuple[str, str], ...], tail: str, rules: Rules
) -> MenuBubble | None:
    whole = size(head) + size(tail) + sum(size(label) for _, label in items)
    fits = max(size(head), size(tail)) <= rules.menu_head_bytes and whole <= rules.text_bytes
    return MenuBubble(head, items, tail) if fits else None


def _joined(above: str, below: str) -> str:
    return BETWEEN.join(part for part in (above, below) if part)
