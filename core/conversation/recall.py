"""The latest messages of conversations the bot has just served, so that the next turn need not read them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from core.conversation.models import Conversation, Message
from core.conversation.quick import Standing
from core.conversation.told import AfterPeople

# About 50 KB each at most; far more than talk with the bot at the same time.
MOST_CONVERSATIONS = 500


@dataclass(frozen=True)
class Visit:
    """What does not change during an episode of the bot: where the citizen writes, who served before it, who it is.

    Somebody whose customer group or tags are changed meanwhile is judged by the new ones in the next episode.
    """

    episode: int
    inbox_name: str
    after_people: AfterPeople | None
    customer_group: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Kept:
    rows: list[Message]
    visit: Visit
    standing: Standing | None


class Recall:
    """Messages as they stood after a turn of this server.

    Every message takes the next number under the conversation's lock. So a message whose number follows the last
    one kept here proves that nothing was written in between, on this server or another.
    """

    def __init__(self, most: int = MOST_CONVERSATIONS) -> None:
        self._most = most
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        # (inbox, the channel's id of the citizen) -> conversation
        self._citizens: dict[tuple[str, str], str] = {}

    def keep(
        self,
        conversation_id: str,
        rows: Sequence[Message],
        visit: Visit,
        standing: Standing | None = None,
    ) -> None:
        """`rows` in order of seq up to the conversation's last. With a gap among them nothing is kept."""
        self.forget(conversation_id)
        if not rows or rows[-1].seq - rows[0].seq != len(rows) - 1:
            return
        self._kept[conversation_id] = _Kept(list(rows), visit, standing)
        if standing is not None:
            self._citizens[_citizen(standing)] = conversation_id
        if len(self._kept) > self._most:
            self.forget(next(iter(self._kept)))

    def standing(self, inbox_id: str, external_contact: str) -> Standing | None:
        """The citizen's conversation as the last turn left it; only a guess, which quick.py proves."""
        kept = self._kept.get(self._citizens.get((inbox_id, external_contact), ""))
        return kept.standing if kept is not None else None

    def before(self, message: Message, after_seq: int) -> list[Message] | None:
        """The messages after `after_seq` and before `message`; None when they must be read."""
        if message.seq == after_seq + 1:
            return []
        kept = self._kept.get(message.conversation_id)
        rows = kept.rows if kept is not None else []
        if not rows or rows[-1].seq != message.seq - 1 or rows[0].seq > after_seq + 1:
            return None
        return [row for row in rows if row.seq > after_seq]

    def visit(self, conversation: Conversation) -> Visit | None:
        """None when it must be read."""
        kept = self._kept.get(conversation.id)
        known = kept is not None and kept.visit.episode == conversation.bot_session
        return kept.visit if kept is not None and known else None

    def forget(self, conversation_id: str) -> None:
        """What is kept is no longer as the database has it, or must not be kept."""
        kept = self._kept.pop(conversation_id, None)
        if kept is not None and kept.standing is not None:
            self._citizens.pop(_citizen(kept.standing), None)


def _citizen(standing: Standing) -> tuple[str, str]:
    return standing.conversation.inbox_id, standing.external_contact
