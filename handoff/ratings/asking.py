"""What a line in the thread carries when it asks for a rating, for channels that draw it themselves (WeChat's list to
tap on). Our own windows and portals are told by an event."""

from __future__ import annotations

from typing import Any

from core.conversation.models import Conversation
from core.conversation.outside import EVENT_CHANNELS
from core.conversation.rating import ASKED
from core.conversation.thread import SOCKET_CHANNELS
from handoff.ratings.settings import InboxRatings


def asks_in_thread(conversation: Conversation) -> bool:
    return conversation.channel not in SOCKET_CHANNELS | EVENT_CHANNELS


def asking(settings: InboxRatings, service_id: str) -> dict[str, Any]:
    """The data. The levels stand in it: what a citizen sees and taps on stays the same when the settings change."""
    levels = [{"score": level.score, "label": level.label} for level in settings.levels]
    return {ASKED: {"service": service_id, "title": settings.title, "levels": levels}}
