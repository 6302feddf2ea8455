"""Rasa's tracker store in memory, with an end to its growth: endpoints.yml names it for the default set-up.

It can be read out and filled, so that open dialogues go on when another model takes over (handover.py).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, ClassVar, Dict, Optional, Text, Tuple

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components.forgetting import cover

# The slot of actions/forms/waiting.py: tasks by the action that opens each.
WAITING = "waiting_tasks"


class BoundedTrackerStore(InMemoryTrackerStore):
    """Forgets the conversations that were silent longest. The product's database keeps every message."""

    # The one this process works with; Rasa wraps it and gives no way to it.
    current: ClassVar[Optional["BoundedTrackerStore"]] = None

    def __init__(
        self,
        domain: Domain,
        event_broker: Optional[EventBroker] = None,
        max_conversations: int = 5000,
        **kwargs: Dict[Text, Any],
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.max_conversations = int(max_conversations)
        # Oldest first: by the number of the save, which says what has changed since somebody looked.
        self.store: OrderedDict[Text, Text] = OrderedDict()
        self.saved_as: Dict[Text, int] = {}
        self.saves = 0
        BoundedTrackerStore.current = self

    async def save(self, tracker: DialogueStateTracker) -> None:
        cover(tracker)
        await super().save(tracker)
        self._touch(tracker.sender_id)

    def read_after(self, mark: int, most_characters: int) -> Tuple[Dict[Text, Text], int, bool]:
        """Trackers as text that were saved after `mark`, in order; the mark to go on from; whether there are more."""
        found: Dict[Text, Text] = {}
        size = 0
        for sender, text in self.store.items():
            if self.saved_as[sender] <= mark:
                continue
            if found and size + len(text) > most_characters:
                return found, mark, True
            found[sender] = text
            size += len(text)
            mark = self.saved_as[sender]
        return found, max(mark, self.saves), False

    def read_one(self, sender: Text) -> Dict[Text, Text]:
        """The tracker of one conversation as text, if there is one."""
        return {sender: self.store[sender]} if sender in self.store else {}

    async def take_over(self, sender: Text, text: Text) -> None:
        """Go on with a tracker of another process. What this model does not have is closed and waits no more."""
        self.store[sender] = text
        self._touch(sender)
        tracker = await self.retrieve(sender)
        if tracker is None:
            return
        loop, waiting = tracker.active_loop_name, tracker.get_slot(WAITING) or []
        closes = loop is not None and loop not in self.domain.form_names
        known = [task for task in waiting if task["action"] in self.domain.action_names_or_texts]
        if closes:
            tracker.update(ActiveLoop(None))
            tracker.update(SlotSet("requested_slot", None))
        if known != waiting:
            tracker.update(SlotSet(WAITING, known or None))
        if closes or known != waiting:
            await self.save(tracker)

    def _touch(self, sender: Text) -> None:
        self.saves += 1
        self.saved_as[sender] = self.saves
        self.store.move_to_end(sender)
        while len(self.store) > self.max_conversations:
            gone, _ = self.store.popitem(last=False)
            del self.saved_as[gone]
