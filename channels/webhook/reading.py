"""The messages of a citizen for portals that fetch them."""

from __future__ import annotations

from typing import Any

from channels.webhook.acting import Acting
from channels.webhook.payloads import Page
from channels.webhook.showing import Showing
from core.conversation import repository, thread
from core.conversation.models import Conversation
from core.errors import NotFound
from core.unit_of_work import UnitOfWorkFactory


class Reading:
    def __init__(self, *, uows: UnitOfWorkFactory, acting: Acting, showing: Showing) -> None:
        self._uows = uows
        self._acting = acting
        self._showing = showing

    async def messages(self, inbox_id: str, wanted: Page) -> dict[str, Any]:
        """As the widget's list_messages, of the conversation named or the latest one.

        Raises NotFound for a stranger's conversation; somebody we never heard of has no messages.
        """
        self._acting.count(inbox_id, wanted.contact)
        async with self._uows.read() as session:
            contact = await repository.contact_by_identity(session, inbox_id, wanted.contact)
            found: Conversation | None = None
            if contact is not None and wanted.conversation_id is None:
                found = await repository.latest_conversation(session, contact.id, inbox_id)
            elif wanted.conversation_id is not None:
                found = await session.get(Conversation, wanted.conversation_id)
                if found is None or contact is None or found.contact_id != contact.id:
                    raise NotFound(what="conversation")
            if found is None:
                return {"conversation": None, "messages": []}
            rows = await repository.messages(
                session, found.id, after_seq=wanted.after_seq, before_seq=wanted.before_seq,
                limit=wanted.limit, with_private=False,
            )  # fmt: skip
            state = (await thread.read_conversation(session, found)).for_visitor()
        now = self._uows.clock.now()
        return {
            "conversation": self._showing.conversation(state.model_dump(mode="json")),
            "messages": [self._showing.message(row, now) for row in rows],
        }
