"""How many replies a channel still allows: some let us write to a citizen only for a while, and only so often."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

# How a citizen was told that something waits: by the channel's own notice, or by text message.
RemindedBy = Literal["", "notice", "sms"]


class RepliesLeft(BaseModel):
    """So many until then."""

    replies: int
    ends_at: datetime


class ReplyWindowUpdated(BaseModel):
    """What agents may still send in a conversation. `left` of `limit`, the last of them until `ends_at`.

    `windows`: the same taken apart, that which ends first leading. `open`: with nothing left, whether that is because
    all are used (true), or because the citizen has not written for too long. `held`: messages that wait for him.
    """

    conversation_id: str
    channel: str
    left: int
    limit: int
    ends_at: datetime | None
    open: bool
    windows: list[RepliesLeft] = []
    held: int = 0
    reminded: RemindedBy = ""
