"""What the bot is told of the time before its episode: who of the people served, and what they were told.

Rasa's tracker knows nothing of it. Called by answering.py inside its reading transaction.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation import repository
from core.conversation.models import Conversation
from core.conversation.ports import AfterPeople, HandoffDecision

# After a day nobody speaks of "just now".
REMEMBERED_FOR = timedelta(days=1)
# What was said to people that a follow-up question may lean on.
SAID_TO_PEOPLE = 2
# Not just anybody: whoever served before (找刚才的客服, 还是要上次那位).
_SAME = re.compile(
    r"(?:刚才|刚刚|刚|之前|先前|上次|上回|上一个|前面|原来|同一个|那位|那个).{0,6}"
    r"(?:客服|人工|坐席|专员|工作人员|老师|同志|那位|那个人|那个)|(?:找|转|要)(?:那位|那个)(?:客服|人)"
)


def same_agent(text: str, agent_id: str) -> dict[str, Any]:
    """Evidence for a handoff: that the citizen wants whoever served before, and who that was ("" unknown)."""
    if _SAME.search(text) is None:
        return {}
    return {"same_agent": True, **({"agent_id": agent_id} if agent_id else {})}


def with_same_agent(
    decision: HandoffDecision, text: str, served: AfterPeople | None
) -> HandoffDecision:
    """The decision, knowing whom the citizen wants, whichever rule has fired."""
    wanted = same_agent(text, served.agent_id if served else "")
    return replace(decision, evidence={**decision.evidence, **wanted}) if wanted else decision


async def after_people(
    session: AsyncSession, conversation: Conversation, *, now: datetime
) -> AfterPeople | None:
    """Who served before the bot's present episode, in this conversation or the one closed before it; else None."""
    before = conversation
    if conversation.bot_session == 0:
        closed = await repository.closed_last(
            session, conversation.contact_id, conversation.inbox_id, since=now - REMEMBERED_FOR
        )
        if closed is None:
            return None
        before = closed
    end = conversation.bot_since_seq if before is conversation else before.last_seq
    served = await repository.last_of_agents(session, before.id, until_seq=end)
    if served is None or served.created_at < now - REMEMBERED_FOR:
        return None
    said = await repository.messages(
        session, before.id, before_seq=end + 1, limit=4 * SAID_TO_PEOPLE, with_private=False
    )
    texts = [
        str(m.content["text"])
        for m in said
        if m.author_kind == "visitor" and m.content.get("type") == "text"
    ]
    return AfterPeople(
        name=served.author_name, agent_id=served.author_id or "", at=served.created_at,
        said=tuple(texts[-SAID_TO_PEOPLE:]),
    )  # fmt: skip
