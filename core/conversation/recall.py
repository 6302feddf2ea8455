"""The latest messages of conversations the bot has just served, so that the next turn need not read them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from core.conversation.models import Conversation, Message
from core.conversation.ports import AfterPeople

# About 50 KB each at most; far more than talk with the bot at the same time.
MOST_CONVERSATIONS = 500


@dataclass(frozen=True)
class Visit:
    """What does not change during an episode of the bot: where the citizen writes, and who served before it."""

    episode: int
    inbox_name: str
    after_people: AfterPeople | None


class Recall:
    """Messages as they stood after a turn of this server.

    Every message takes the next number under the conversation's lock. So a message whose number follows the last
    one kept here proves that nothing was written in between, on this server or another.
    """

    def __init__(self, most: int = MOST_CONVERSATIONS) -> None:
        self._most = most
        self._rows: OrderedDict[str, list[Message]] = OrderedDict()
        self._visits: dict[str, Visit] = {}

    def keep(self, conversation_id: str, rows: Sequence[Message], visit: Visit) -> None:
        """`rows` in order of seq up to the conversation's last. With a gap among them nothing is kept."""
        if not rows or rows[-1].seq - rows[0].seq != len(rows) - 1:
            self.forget(conversation_id)
            return
        self._rows[conversation_id], self._visits[conversation_id] = list(rows), visit
        self._rows.move_to_end(conversation_id)
        if len(self._rows) > self._most:
            self.forget(next(iter(self._rows)))

    def before(self, message: Message, after_seq: int) -> list[Message] | None:
        """The messages after `after_seq` and before `message`; None when they must be read."""
        if message.seq == after_seq + 1:
            return []
        rows = self._rows.get(message.conversation_id)
        if not rows or rows[-1].seq != message.seq - 1 or rows[0].seq > after_seq + 1:
            return None
        return [row for row in rows if row.seq > after_seq]

    def visit(self, conversation: Conversation) -> Visit | None:
        """None when it must be read."""
        visit = self._visits.get(conversation.id)
        return visit if visit is not None and visit.episode == conversation.bot_session else None

    def forget(self, conversation_id: str) -> None:
        """What is kept is no longer as the database has it, or must not be kept."""
        self._rows.pop(conversation_id, None)
        self._visits.pop(conversation_id, None)
