"""Reads what actions need from the tracker Rasa sends along: text, intent, entities, region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from actions.forms.fields import Entity
from actions.forms.turn import Turn, Wish

# The understood intent -> the directive's reason. What the citizen reads belongs to the handoff rules.
HAND_OFF_REASONS = {
    "request_human": "asked_for_person",
    "wish": "asked_for_person",
    "complain": "complaint",
    "anger": "anger",
}
FALLBACK = "nlu_fallback"
# Messages before the latest one that may say what it is about.
EARLIER = 4


def read_turn(tracker: Tracker) -> Turn:
    """The latest message as a Turn. When the classifier gave up, its second guess counts, with its confidence."""
    message: dict[str, Any] = tracker.latest_message or {}
    intent = message.get("intent") or {}
    if intent.get("name") == FALLBACK:
        ranking = [i for i in message.get("intent_ranking") or [] if i.get("name") != FALLBACK]
        intent = ranking[0] if ranking else intent
    entities = tuple(
        Entity(e["entity"], e.get("value"), int(e["start"]), int(e["end"]))
        for e in message.get("entities") or []
        if "start" in e
    )
    return Turn(
        text=str(message.get("text") or ""),
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        entities=entities,
        earlier=_earlier(tracker),
        wishes=_wishes(message),
    )


def _earlier(tracker: Tracker) -> tuple[str, ...]:
    """The citizen's messages before the latest one. Rasa records that one before it calls an action.

    What was said to people just before this episode comes first.
    """
    metadata = (tracker.latest_message or {}).get("metadata") or {}
    told = [str(text) for text in (metadata.get("after_people") or {}).get("said") or []]
    said = [str(e.get("text") or "") for e in tracker.events if e.get("event") == "user"]
    return tuple(text for text in [*told, *said[:-1]][-EARLIER:] if text)


def _wishes(message: dict[str, Any]) -> tuple[Wish, ...]:
    """The different wishes the classifier found in the message; a single one is the message itself."""
    found = message.get("wishes") or []
    return tuple(
        Wish(
            str(wish["text"]), str(wish["intent"]), float(wish["confidence"]),
            int(wish["start"]), int(wish["end"]),
        )
        for wish in found
    )  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """Where the citizen writes, and who served him before. `agent`: the person's name, "" when nobody has."""

    inbox_name: str = ""
    agent: str = ""
    agent_id: str = ""

    @property
    def after_people(self) -> bool:
        return bool(self.agent or self.agent_id)


def read_visit(tracker: Tracker) -> Visit:
    """What the engine told of the conversation (bot/client.py sends it as the message's metadata)."""
    metadata = (tracker.latest_message or {}).get("metadata") or {}
    served = metadata.get("after_people") or {}
    return Visit(
        inbox_name=str(metadata.get("inbox_name") or ""),
        agent=str(served.get("name") or ""),
        agent_id=str(served.get("agent_id") or ""),
    )


def is_first_turn(tracker: Tracker) -> bool:
    """Whether the citizen has said nothing to the bot before this message, in this episode."""
    return sum(event.get("event") == "user" for event in tracker.events) <= 1


def read_region(tracker: Tracker, default: str) -> str:
    """The region of the inbox, which bot/client.py sends as the message's metadata."""
    metadata = (tracker.latest_message or {}).get("metadata") or {}
    region = metadata.get("region")
    return region if isinstance(region, str) and region else default
