"""Takes what is secret out of a conversation before Rasa keeps it: called by tracker stores when they save.

What the citizen wrote is replaced by what the actions said may be kept of it (`said`, actions/replies.py); what the
bot showed of the citizen's own data (`personal`) by a line that says so. The tracker stays valid: no event is taken
away, and what the dialogue goes on with (intents, slots, choices) stays.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Sequence, Text

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

COVERED = "查询结果只显示给本人看一次，请看上面的消息。"
MARK = "[证件号]"
# GB 11643, also with blanks or dashes between the digits, the older number of fifteen digits, and two of
# them pasted together.
_GAP = r"[\s\-–—.·]{0,3}"
_IDENTITY = re.compile(
    rf"(?<![0-9])[0-9](?:{_GAP}[0-9]){{14}}(?:(?:{_GAP}[0-9]){{2}}{_GAP}[0-9Xx])?(?![0-9])"
    r"|[0-9]{20,}[Xx]?"
)
_WIDE = {ord("０") + i: ord("0") + i for i in range(10)} | {
    ord("Ｘ"): ord("X"),
    ord("ｘ"): ord("x"),
}
# Slots that hold what actions/identity/seal.py has closed: only the last value of each is of any use.
SEALED = ("identity", "identity_number", "identity_name", "identity_code")


# What programs call things: never a citizen's words, and of no use any more with a digit taken out.
IDS = ("id", "key", "inbox", "agent_id")


def cover(tracker: DialogueStateTracker) -> None:
    """Change the events of the last turn in place; those before it were covered when they were saved."""
    events = list(tracker.events)
    turn = _last_turn(events)
    said = next((kept for kept in map(_said, reversed(turn)) if kept is not None), None)
    for event in turn:
        if isinstance(event, UserUttered):
            _cover_words(event, said)
        elif isinstance(event, BotUttered):
            _cover_reply(event)
        elif isinstance(event, SlotSet):
            event.value = _without_numbers(event.value)
    _drop_old_values(events)


class ForgettingSQLTrackerStore(SQLTrackerStore):
    """Rasa's tracker store in a database, for several Rasa servers: name it in endpoints.yml in place of SQL."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        cover(tracker)
        await super().save(tracker)


def _last_turn(events: Sequence[Event]) -> Sequence[Event]:
    for place in range(len(events) - 1, -1, -1):
        if isinstance(events[place], UserUttered):
            return events[place:]
    return events


def _custom(event: Event) -> Optional[Dict[Text, Any]]:
    if not isinstance(event, BotUttered):
        return None
    custom = (event.data or {}).get("custom")
    return custom if isinstance(custom, dict) else None


def _said(event: Event) -> Optional[Text]:
    said = (_custom(event) or {}).get("said")
    return said if isinstance(said, str) else None


def _cover_words(event: UserUttered, said: Optional[Text]) -> None:
    kept = _masked(event.text or "") if said is None else _masked(said)
    event.parse_data["metadata"] = _without_numbers(event.parse_data.get("metadata") or {})
    event.metadata = _without_numbers(event.metadata or {})
    if kept == event.text:
        return
    event.text = kept
    event.entities = []
    # Everything else in it was found in the text: values, tokens, parts of it.
    event.parse_data = {
        "text": kept,
        "intent": event.parse_data.get("intent") or {},
        "intent_ranking": event.parse_data.get("intent_ranking") or [],
        "entities": [],
        "message_id": event.message_id,
        "metadata": event.parse_data.get("metadata") or {},
    }


def _cover_reply(event: BotUttered) -> None:
    custom = _custom(event)
    if custom is None or "personal" not in custom:
        return
    content = custom.get("content") or {}
    covered: Dict[Text, Any] = {"type": "text", "text": COVERED}
    if content.get("choices"):
        covered = {"type": "choices", "text": COVERED, "choices": content["choices"]}
    # The reply on its way to the citizen may be the same object.
    event.data = {**event.data, "custom": {**custom, "content": covered}}


def _drop_old_values(events: Sequence[Event]) -> None:
    seen: List[Text] = []
    for event in reversed(events):
        if isinstance(event, SlotSet) and event.key in SEALED:
            if event.key in seen:
                event.value = None
            else:
                seen.append(event.key)


def _without_numbers(value: Any) -> Any:
    if isinstance(value, str):
        return _masked(value)
    if isinstance(value, dict):
        return {
            name: part if name in IDS else _without_numbers(part) for name, part in value.items()
        }
    if isinstance(value, list):
        return [_without_numbers(part) for part in value]
    return value


def _masked(text: Text) -> Text:
    plain = text.translate(_WIDE)
    for match in reversed(list(_IDENTITY.finditer(plain))):
        text = text[: match.start()] + MARK + text[match.end() :]
    return text
