"""What a list of the desk asks for, and the conditions it means."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Text, cast, exists, or_, select
from sqlalchemy.orm import aliased

from core.auth.actor import Actor
from core.conversation.models import Contact, Conversation
from core.conversation.status import ConversationStatus
from handoff.agents.models import GroupMember
from handoff.desk.access import belongs_to, mentions_of, visible_to
from handoff.queue.models import QueueEntry

_S = ConversationStatus


class Section(StrEnum):
    """The parts of the list: mine, who waits, colleagues', with the bot, where I am mentioned, closed."""

    MINE = "mine"
    QUEUED = "queued"
    TEAM = "team"
    BOT = "bot"
    MENTIONED = "mentioned"
    CLOSED = "closed"


@dataclass(frozen=True)
class Wanted:
    """Everything left out is not asked for. `since` and `until`: closed from, and before.

    `group`: waits for that skill group, or is served by one of its members. `waiting`: somebody owes an answer.
    """

    section: Section | None = None
    status: ConversationStatus | None = None
    mine: bool = False
    inbox: str | None = None
    channel: str | None = None
    business: str | None = None
    tag: str | None = None
    group: str | None = None
    agent: str | None = None
    unread: bool = False
    waiting: bool = False
    since: datetime | None = None
    until: datetime | None = None

    @property
    def in_queue_order(self) -> bool:
        return self.section is Section.QUEUED or self.status is _S.QUEUED

    @property
    def latest_closed_first(self) -> bool:
        return self.section is Section.CLOSED


def conditions(wanted: Wanted, actor: Actor) -> list[ColumnElement[bool]]:
    """What is asked for and what the actor may see.

    For a query over Conversation that has joined Contact, and QueueEntry (the waiting one) from outside.
    """
    return [*_part(wanted, actor), *_filters(wanted)]


def _part(wanted: Wanted, actor: Actor) -> list[ColumnElement[bool]]:
    me, status = actor.account_id, Conversation.status
    seen = [visible_to(actor)]
    match wanted.section:
        case Section.MINE:
            return [Conversation.owner_id == me, status == _S.ASSIGNED]
        case Section.QUEUED:
            return [*seen, status == _S.QUEUED]
        case Section.TEAM:
            return [*seen, status == _S.ASSIGNED, Conversation.owner_id != me]
        case Section.BOT:
            return [*seen, status == _S.BOT]
        case Section.CLOSED:
            return [*seen, status == _S.CLOSED]
        case Section.MENTIONED:
            # Being mentioned lets one see it.
            return [mentions_of(me)]
    part = [belongs_to(me)] if wanted.mine else seen
    if wanted.status is not None:
        part = [*part, status == wanted.status]
    return part


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    equal = (
        (Conversation.inbox_id, wanted.inbox),
        (Conversation.channel, wanted.channel),
        (Conversation.business, wanted.business),
        (Conversation.owner_id, wanted.agent),
    )
    found: list[ColumnElement[bool]] = [
        column == value for column, value in equal if value is not None
    ]
    if wanted.tag is not None:
        # Both databases keep the list as it was written: JSON with its letters escaped.
        written = json.dumps(wanted.tag)
        found.append(cast(Contact.tags, Text).contains(written, autoescape=True))
    if wanted.group is not None:
        found.append(_of_group(wanted.group))
    if wanted.unread:
        found.append(Conversation.visitor_seq > Conversation.agent_read_seq)
    if wanted.waiting:
        found.append(is_waiting())
    if wanted.since is not None:
        found.append(Conversation.closed_at >= wanted.since)
    if wanted.until is not None:
        found.append(Conversation.closed_at < wanted.until)
    return found


def is_waiting() -> ColumnElement[bool]:
    """Waits in the queue, or for its agent's answer."""
    return or_(Conversation.status == _S.QUEUED, Conversation.waiting_since.is_not(None))


def _of_group(group_id: str) -> ColumnElement[bool]:
    entry = aliased(QueueEntry)
    waits = exists().where(
        entry.conversation_id == Conversation.id,
        entry.state == "waiting",
        entry.group_id == group_id,
    )
    members = select(GroupMember.agent_id).where(GroupMember.group_id == group_id)
    return or_(waits, Conversation.owner_id.in_(members))
