"""One turn inside Rasa, from the request's body to the list of replies. Called by channel.py.

in   {sender, message, metadata, settled, missed: [{seq, text, contents, understanding}]}
out  [replies..., {"custom": {understanding, settled, model}}], or for a plain question of a settled conversation
     [{"custom": {look_up: true, understanding, model}}]: nothing was recorded, the caller answers and tells it later.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor

from bot.components.questions import Questions, is_settled
from bot.components.remembered import Parses
from bot.components.told import tell


class Turns:
    """Takes turns with the agent's model; what it remembers belongs to that one."""

    def __init__(self) -> None:
        self._questions: Optional[Questions] = None
        self._parses = Parses()

    async def take(
        self, agent: Agent, body: Dict[Text, Any], input_channel: Text
    ) -> List[Dict[Text, Any]]:
        """Raises whatever Rasa raises; then nothing of the turn is kept."""
        processor: MessageProcessor = agent.processor
        questions = self._of(processor)
        sender, text = body["sender"], body["message"]
        parse_data = await self._parse(text.strip())
        intent = parse_data.get("intent") or {}
        closing: Dict[Text, Any] = {
            "understanding": {"intent": intent.get("name"), "confidence": intent.get("confidence")},
            "model": processor.model_metadata.model_id,
        }
        if body.get("settled") is True and questions.are_settled_by_looking_up(parse_data):
            return [{"recipient_id": sender, "custom": {"look_up": True, **closing}}]
        collector = CollectingOutputChannel()
        metadata = body.get("metadata") or {}
        message = UserMessage(
            text, collector, sender, input_channel=input_channel, metadata=metadata,
            parse_data=parse_data,
        )  # fmt: skip
        # What Agent.handle_message and MessageProcessor.handle_message do, with the telling between.
        async with agent.lock_store.lock(sender):
            tracker = await processor.fetch_tracker_and_update_session(sender, collector, metadata)
            missed = body.get("missed") or []
            await tell(
                tracker, missed, questions=questions, parse=self._parse,
                input_channel=input_channel, metadata=metadata,
            )  # fmt: skip
            await processor._handle_message_with_tracker(message, tracker)
            tracker = await processor.run_action_extract_slots(collector, tracker)
            await processor._run_prediction_loop(collector, tracker)
            await processor.run_anonymization_pipeline(tracker)
            await processor.save_tracker(tracker)
        closing["settled"] = is_settled(tracker, processor)
        replies: List[Dict[Text, Any]] = collector.messages
        return [*replies, {"recipient_id": sender, "custom": closing}]

    def _of(self, processor: MessageProcessor) -> Questions:
        if self._questions is None or self._questions.processor is not processor:
            self._questions = Questions(processor)
            self._parses.clear()
        return self._questions

    async def _parse(self, text: Text) -> Dict[Text, Any]:
        """What the model makes of a text. It depends on the day and on nothing else, so it is remembered."""
        parsed = self._parses.find(text)
        if parsed is None:
            assert self._questions is not None
            parsed = await self._questions.processor.parse_message(UserMessage(text))
            self._parses.keep(text, parsed)
        return parsed
