"""What went before a turn, read off the thread: the citizen's earlier words, and what the bot made of them. Pure.

The bot's first message of each turn carries in its `meta` which message it replies to and what became of the turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.conversation.content import CONTENT, Content, plain_text
from core.conversation.models import Message
from core.conversation.ports import BotReply, HandOff, MissedTurn

# Turns the dialogue engine is told of at once; what lies further back nobody refers to.
MOST_MISSED = 8
# Where the line of a handoff keeps what is known of the turn that led to it (meta_of), if no reply carries it.
TURN = "turn"


@dataclass
class PastExchange:
    """An earlier message of the citizen and what the bot answered. `meta` is empty where nothing was kept of it.

    `picked`: the message is a button that the bot had offered.
    """

    message: Message
    text: str
    meta: dict[str, Any] = field(default_factory=dict)
    replies: list[Message] = field(default_factory=list)
    picked: bool = False

    @property
    def spoken(self) -> bool:
        """Whether it is a text: what else was sent says nothing to the bot."""
        return self.message.content.get("type") == "text"

    @property
    def asked(self) -> str:
        """What the bot was asked for it: a typed label stands for the choice it names."""
        return str(self.meta.get("asked", self.text))


def exchanges(rows: Sequence[Message], *, handoffs: bool = False) -> list[PastExchange]:
    """The citizen's messages among `rows` (in order of seq), oldest first, each with the bot's replies.

    `handoffs`: also what is known of turns whose place people took before the bot had said anything.
    """
    found: dict[int, PastExchange] = {}
    replied: PastExchange | None = None
    buttons: set[str] = set()
    for row in rows:
        if row.author_kind == "visitor":
            text = text_of(row)
            found[row.seq], replied = PastExchange(row, text, picked=text in buttons), None
        elif row.author_kind == "bot":
            if "reply_to" in row.meta:
                replied = found.get(row.meta["reply_to"])
                if replied is not None:
                    replied.meta = row.meta
            # All bubbles of a turn stand together; only the first says what it replies to.
            if replied is not None:
                replied.replies.append(row)
            buttons |= _buttons(row)
        elif handoffs and TURN in row.meta:
            taken = found.get(row.meta[TURN]["reply_to"])
            if taken is not None and not taken.meta:
                taken.meta = row.meta[TURN]
    return list(found.values())


def is_button(text: str, rows: Sequence[Message]) -> bool:
    """Whether the bot has offered the text as a button in `rows`."""
    return any(text in _buttons(row) for row in rows if row.author_kind == "bot")


def _buttons(row: Message) -> set[str]:
    """What the choices of a message send, and what they are called."""
    choices = row.content.get("choices") or ()
    return {choice[part] for choice in choices for part in ("label", "value")}


def since_people(rows: Sequence[Message]) -> tuple[list[Message], bool]:
    """The rows since an agent last had the conversation, and whether one had: the bot then started afresh.

    Who only waited for one goes on with the bot where he was.
    """
    for place in range(len(rows) - 1, -1, -1):
        data = rows[place].content.get("data")
        if (
            rows[place].author_kind == "system"
            and isinstance(data, dict)
            and data.get("to") == "assigned"
        ):
            return list(rows[place + 1 :]), True
    return list(rows), False


def is_settled(past: Sequence[PastExchange], *, whole: bool) -> bool:
    """Whether no task and no question of the bot is open. `whole`: `past` is all since the bot started afresh."""
    return past[-1].meta.get("settled") is True if past else whole


def missed(past: Sequence[PastExchange]) -> tuple[MissedTurn, ...]:
    """The turns since the last one that the dialogue engine took part in, oldest first."""
    found: list[MissedTurn] = []
    for turn in reversed(past):
        if turn.meta.get("missed") is not True or len(found) == MOST_MISSED:
            break
        if not turn.spoken:
            continue
        found.append(
            MissedTurn(
                seq=turn.message.seq,
                text=turn.asked,
                contents=tuple(reply.content for reply in turn.replies),
                understanding=_found(turn.meta),
            )
        )
    return tuple(reversed(found))


def _found(meta: dict[str, Any]) -> dict[str, Any] | None:
    """What the search found, for a question that was looked up."""
    if meta.get("band") is None:
        return None
    return {name: meta.get(name) for name in ("band", "article_id", "score", "business")}


def meta_of(reply: BotReply, *, reply_to: int, text: str, asked: str) -> dict[str, Any]:
    """What is kept with the first message of a reply, for the turns after it and for trying other rules."""
    meta = {
        "reply_to": reply_to,
        **asdict(reply.understanding),
        "settled": reply.settled,
        "missed": reply.missed,
    }
    wishes = [
        {"reason": one.reason, "category": one.category}
        for one in reply.directives
        if isinstance(one, HandOff)
    ]
    seldom = {
        "asked": asked if asked != text else None,
        "failed": reply.failed or None,
        "task": asdict(reply.task) if reply.task else None,
        "wishes": wishes or None,
    }
    return meta | {name: value for name, value in seldom.items() if value is not None}


def text_of(message: Message) -> str:
    if message.content.get("type") == "text":
        return str(message.content["text"])
    content: Content = CONTENT.validate_python(message.content)
    return plain_text(content)
