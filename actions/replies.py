"""What actions hand to bot/replies.py: contents, directives and understanding as `custom` payloads.

Rasa's own texts would be split at blank lines; a `custom` payload comes through as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from core.conversation.answers import PERSON
from core.conversation.content import Choice, ChoicesContent, Content, Personal, TextContent
from core.conversation.ports import (
    CloseConversation,
    Directive,
    FileTicket,
    HandOff,
    UrgeTicket,
)

# What the citizen taps or types to get a person; the classifier and the handoff keywords know it.
HUMAN = PERSON


def say(
    dispatcher: CollectingDispatcher, content: Content, personal: Personal | None = None
) -> None:
    """`personal`: only the citizen may see it, and not for long."""
    message: dict[str, Any] = {"content": content.model_dump(mode="json")}
    if personal is not None:
        message["personal"] = {"label": personal.label, "until": personal.until.isoformat()}
    dispatcher.utter_message(json_message=message)


def keep_as(dispatcher: CollectingDispatcher, text: str) -> None:
    """The citizen's message as it may be kept, by the engine and by Rasa, in place of what was written."""
    dispatcher.utter_message(json_message={"said": text})


def say_text(dispatcher: CollectingDispatcher, text: str) -> None:
    say(dispatcher, TextContent(text=text))


def say_response(
    dispatcher: CollectingDispatcher,
    name: str,
    buttons: Sequence[dict[str, str]] = (),
    **words: str,
) -> None:
    """A reply text of domain.yml, which editors may change; `words` fill its {places}."""
    dispatcher.utter_message(response=name, buttons=list(buttons), **words)


def offer(dispatcher: CollectingDispatcher, text: str, choices: Sequence[Choice]) -> None:
    """A text with buttons; what a button sends is what its label says."""
    if choices:
        say(dispatcher, ChoicesContent(text=text, choices=list(choices)))
    else:
        say_text(dispatcher, text)


def direct(dispatcher: CollectingDispatcher, directive: Directive) -> None:
    """Asks the engine to hand off, file or urge a ticket, or close; bot/replies.py reads it."""
    fields = asdict(directive)
    if isinstance(directive, FileTicket):
        fields["ticket_type"] = fields.pop("type")
    type_ = DIRECTIVES[type(directive)]
    dispatcher.utter_message(json_message={"directive": {**fields, "type": type_}})


DIRECTIVES = {
    HandOff: "hand_off",
    FileTicket: "file_ticket",
    UrgeTicket: "urge_ticket",
    CloseConversation: "close",
}


def understood(dispatcher: CollectingDispatcher, **fields: Any) -> None:
    """Adds to the turn's understanding: band, article_id, score."""
    dispatcher.utter_message(json_message={"understanding": fields})
