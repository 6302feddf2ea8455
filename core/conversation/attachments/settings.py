"""What may be exchanged in an inbox, as data: kinds, size and number of files, suggestions while a citizen types."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.media import Kind

CONFIG_NAME = "conversation.exchange"
# What the server's routes take at most; the settings only go below.
MAX_FILE_MB = 20


class InboxExchange(BaseModel):
    """`most_files`: a conversation's, of both sides. `suggest_while_typing`: what a citizen has not sent yet may be
    looked up for the agent, who does not see it."""

    model_config = ConfigDict(extra="forbid")

    kinds: list[Kind] = ["image", "voice", "video", "file"]
    max_mb: int = Field(MAX_FILE_MB, ge=1, le=MAX_FILE_MB)
    most_files: int = Field(100, ge=1, le=1000)
    suggest_while_typing: bool = True

    @field_validator("kinds")
    @classmethod
    def _each_once(cls, value: list[Kind]) -> list[Kind]:
        return sorted(set(value))


class ExchangeSettings(BaseModel):
    """`inboxes`: those that differ from `default`, by their id."""

    model_config = ConfigDict(extra="forbid")

    default: InboxExchange = InboxExchange()
    inboxes: dict[str, InboxExchange] = Field(default_factory=dict, max_length=200)

    def of(self, inbox_id: str) -> InboxExchange:
        return self.inboxes.get(inbox_id, self.default)
