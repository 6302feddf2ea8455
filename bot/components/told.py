"""Tells a tracker of turns that were answered without Rasa, so that the dialogue goes on from what was said.

Used by channel.py. The tracker gets the events that Rasa would have recorded itself; a test compares the two.
"""

from __future__ import annotations

import copy
import time
from typing import Any, Awaitable, Callable, Dict, List, Text

from rasa.core.actions.action import create_bot_utterance
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components.forgetting import cover
from bot.components.questions import LOOK_UP, Questions

# Between two events, in seconds: a tracker store in a database puts them in order of time.
STEP = 1e-4

Parse = Callable[[Text], Awaitable[Dict[Text, Any]]]


async def tell(
    tracker: DialogueStateTracker,
    turns: List[Dict[Text, Any]],
    *,
    questions: Questions,
    parse: Parse,
    input_channel: Text,
    metadata: Dict[Text, Any],
) -> None:
    """Record `turns` (bot/client.py says what is in them), but for those the tracker has already.

    `metadata` is that of the present message; it differs by the message's number alone.
    """
    known = _last_number(tracker)
    for turn in turns:
        if int(turn["seq"]) <= known:
            continue
        text = str(turn["text"]).strip()
        parse_data = await parse(text)
        said = UserUttered(
            text, parse_data["intent"], parse_data["entities"], parse_data,
            input_channel=input_channel, metadata={**metadata, "seq": turn["seq"]},
        )  # fmt: skip
        _add(tracker, [said], questions)
        await questions.processor.run_action_extract_slots(CollectingOutputChannel(), tracker)
        replies: List[Event] = [_uttered({"content": content}) for content in turn["contents"]]
        if turn["understanding"] is not None:
            replies.append(_uttered({"understanding": turn["understanding"]}))
        steps = questions.steps(parse_data) if turn["understanding"] is not None else None
        if steps is None:
            # Answered for another reason: Rasa was away, or a rule had no person to hand over to.
            _add(tracker, [*replies, ActionExecuted(ACTION_LISTEN_NAME)], questions)
        else:
            looked_up, then = steps
            _add(tracker, [*_of(looked_up), _executed(LOOK_UP, looked_up), *replies], questions)
            _add(tracker, [*_of(then), _executed(ACTION_LISTEN_NAME, then)], questions)
        # When the tracker is saved, only its last turn is looked at.
        cover(tracker)


def _last_number(tracker: DialogueStateTracker) -> int:
    """The number of the last message the tracker has; 0 when it knows none."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered) and isinstance(event.metadata.get("seq"), int):
            return int(event.metadata["seq"])
    return 0


def _add(tracker: DialogueStateTracker, events: List[Event], questions: Questions) -> None:
    last = tracker.events[-1].timestamp if tracker.events else 0.0
    for event in events:
        event.timestamp = last = max(time.time(), last + STEP)
        tracker.update(event, questions.processor.domain)


def _of(prediction: PolicyPrediction) -> List[Event]:
    """The events a policy adds to its prediction."""
    return [copy.copy(event) for event in prediction.events or []]


def _executed(name: Text, prediction: PolicyPrediction) -> ActionExecuted:
    return ActionExecuted(
        name, prediction.policy_name, prediction.max_confidence,
        hide_rule_turn=prediction.hide_rule_turn, metadata=prediction.action_metadata,
    )  # fmt: skip


def _uttered(payload: Dict[Text, Any]) -> BotUttered:
    return create_bot_utterance({"custom": payload})
