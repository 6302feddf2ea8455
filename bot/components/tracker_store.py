"""Rasa's tracker store in memory, with an end to its growth: endpoints.yml names it for the default set-up."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Dict, Optional, Text

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class BoundedTrackerStore(InMemoryTrackerStore):
    """Forgets the conversations that were silent longest. The product's database keeps every message."""

    def __init__(
        self,
        domain: Domain,
        event_broker: Optional[EventBroker] = None,
        max_conversations: int = 5000,
        **kwargs: Dict[Text, Any],
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.max_conversations = int(max_conversations)
        self.store: OrderedDict[Text, Text] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        await super().save(tracker)
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > self.max_conversations:
            self.store.popitem(last=False)
