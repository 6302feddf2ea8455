"""From what waits in the outbox to what can be planned: rendered, weighed, and dated where it comes late."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels.tencent.carrier import AccountT, Carrier
from channels.tencent.replies.waiting import Entry
from channels.tencent.sending.planning import Waiting
from channels.tencent.sending.service_lines import Weight, passes, weight_of
from core.clock import LOCAL_ZONE
from core.conversation.attachments.links import VALID_OUTSIDE, FileLinks
from core.conversation.content import ActivityContent, Content
from core.conversation.models import Message
from core.conversation.schemas import PERSONAL, shown_to_citizen

# Words that come this much later are dated, or they look like an answer to what the citizen wrote just now.
LATE = timedelta(minutes=30)
# A line about the service that found no occasion in this time says nothing any more.
STALE = timedelta(hours=1)


def content_of(entry: Entry, links: FileLinks, now: datetime) -> Content | None:
    """What the citizen is shown of it; None: nothing."""
    if entry.message is None:
        return entry.notice
    if entry.message.author_kind == "visitor" or entry.message.private:
        return None
    shown = shown_to_citizen(entry.message, now)
    return links.for_citizen(shown, entry.message.conversation_id, valid=VALID_OUTSIDE)


def prepare(
    carrier: Carrier[AccountT],
    account: AccountT,
    entry: Entry,
    links: FileLinks,
    now: datetime,
    *,
    alone: bool = False,
) -> Waiting:
    """As the plan sees it. `alone`: it was too long together with others."""
    content = content_of(entry, links, now)
    if content is None:
        return Waiting(entry.id, (), Weight.NEVER)
    plain = entry.mark is not None and entry.mark.plain
    rendered = carrier.render(account, entry.id, content, plain=plain, own=_is_own(entry.message))
    if entry.message is None:
        # A notice answers what the citizen has just done.
        return Waiting(
            entry.id, rendered.bubbles, Weight.MATTERS, entry.done,
            numbered=rendered.numbered, alone=alone,
        )  # fmt: skip
    line = content.kind if isinstance(content, ActivityContent) else ""
    weight = weight_of(entry.message.author_kind, line)
    age = now - entry.message.created_at
    if age > STALE and line and passes(line):
        weight = Weight.NEVER
    return Waiting(
        entry.id, rendered.bubbles, weight, entry.done, line, rendered.numbered,
        late=_dated(entry.message) if age > LATE and weight is Weight.MATTERS else "", alone=alone,
    )  # fmt: skip


def _is_own(message: Message | None) -> bool:
    """Whether it may be the citizen's own data: what was looked up for him, and whatever an agent writes."""
    if message is None:
        return False
    return message.author_kind == "agent" or PERSONAL in message.meta


def _dated(message: Message) -> str:
    at = message.created_at.astimezone(LOCAL_ZONE)
    return f"【{at.month}月{at.day}日 {at:%H:%M} 的回复】"
