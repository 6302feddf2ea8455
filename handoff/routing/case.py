"""What routing looks at: a conversation that wants people, one that waits, and an agent. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# One line of "why did it go there", as reasons.py explains it: {"kind": ..., ...}, plain JSON.
Step = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """What is known of a conversation when it asks for people. Empty or None: not known."""

    inbox: str
    channel: str
    business: str | None = None
    sub_channel: str = ""
    region: str = ""
    language: str = "zh"
    customer_group: str = ""
    tags: tuple[str, ...] = ()
    age: int | None = None
    transferred: bool = False


@dataclass(frozen=True)
class Group:
    """A skill group; only one with `members` can be waited for."""

    id: str
    name: str
    businesses: tuple[str, ...] = ()
    members: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Waiting:
    """A place in the queue. `group_id` None: anybody may serve it.

    `wanted_agent` is the one it waits for until `wanted_until`; afterwards anybody of the group may.
    """

    conversation_id: str
    channel: str
    order_at: datetime
    group_id: str | None = None
    wanted_agent: str | None = None
    wanted_until: datetime | None = None

    def only_for(self, now: datetime) -> str | None:
        """The one agent it may be given to now; None when it is free for all of its group."""
        waits = self.wanted_until is not None and self.wanted_until > now
        return self.wanted_agent if waits else None


@dataclass(frozen=True)
class Candidate:
    """An agent who is online. `by_channel`: how many of the active conversations are on which channel.

    `last_given_at`: when the agent last got a conversation, by whatever way; None: never.
    """

    agent_id: str
    name: str
    active: int
    capacity: int
    groups: frozenset[str] = frozenset()
    by_channel: Mapping[str, int] = field(default_factory=dict)
    last_given_at: datetime | None = None
