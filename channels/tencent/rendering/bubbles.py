"""What a citizen is shown at once, whatever the service: the bubbles a message is rendered to. Pure.

Every bubble costs one of the few replies WeChat allows, so whoever renders makes as few as possible, and those that
wait behind each other are merged before they are sent (merging.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MediaKind = Literal["image", "voice", "video", "file"]


@dataclass(frozen=True)
class TextBubble:
    """Plain text, within the service's limit in bytes."""

    text: str


@dataclass(frozen=True)
class MenuBubble:
    """A list to tap on. `items`: (id, label); the id comes back when one is tapped."""

    head: str
    items: tuple[tuple[str, str], ...]
    tail: str = ""


@dataclass(frozen=True)
class MediaBubble:
    """A file of ours, uploaded when it is sent. `name`: as the citizen knows it."""

    kind: MediaKind
    attachment_id: str
    name: str = ""


@dataclass(frozen=True)
class CardBubble:
    """A card that opens a page. `picture`: the address of one, "" for none."""

    title: str
    description: str
    url: str
    picture: str = ""


Bubble = TextBubble | MenuBubble | MediaBubble | CardBubble


@dataclass(frozen=True)
class Rendered:
    """A message as bubbles, in order. `numbered`: choices are a numbered list, to be answered with a number.

    The same content must always give the same bubbles: how far a message got is kept as how many of them were sent.
    """

    bubbles: tuple[Bubble, ...]
    numbered: bool = False
