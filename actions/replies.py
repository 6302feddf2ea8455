"""What actions hand to bot/replies.py: contents, directives and understanding as `custom` payloads.

Rasa's own texts would be split at blank lines; a `custom` payload comes through as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from core.conversation.answers import PERSON
from core.conversation.content import Choice, ChoicesContent, Content, TextContent

# What the citizen taps or types to get a person; the classifier and the handoff keywords know it.
HUMAN = PERSON


def say(dispatcher: CollectingDispatcher, content: Content) -> None:
    dispatcher.utter_message(json_message={"content": content.model_dump(mode="json")})


def say_text(dispatcher: CollectingDispatcher, text: str) -> None:
    say(dispatcher, TextContent(text=text))


def offer(dispatcher: CollectingDispatcher, text: str, choices: Sequence[Choice]) -> None:
    """A text with buttons; what a button sends is what its label says."""
    if choices:
        say(dispatcher, ChoicesContent(text=text, choices=list(choices)))
    else:
        say_text(dispatcher, text)


def direct(dispatcher: CollectingDispatcher, type_: str, **fields: Any) -> None:
    """A directive for the engine: hand_off, file_ticket or close."""
    dispatcher.utter_message(json_message={"directive": {"type": type_, **fields}})


def understood(dispatcher: CollectingDispatcher, **fields: Any) -> None:
    """Adds to the turn's understanding: band, article_id, score."""
    dispatcher.utter_message(json_message={"understanding": fields})
