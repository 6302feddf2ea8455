"""What a citizen may send: a text, a file uploaded before, a place on the map. Checked here, for every channel."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from core.conversation.content import (
    AttachedFile,
    LocationContent,
    TextContent,
    VisitorContent,
    printable,
)

# A name for the place, as maps give it: 杭州市住房公积金管理中心（市民中心）.
MAX_LABEL = 100

# What the engine is handed: the server fills in what a file is, once it is known in which conversation it is shown.
Inbound = TextContent | LocationContent | AttachedFile


class SentLocation(LocationContent):
    """A place as a citizen sends it: WGS 84, degrees. Five digits behind the point are a metre; more say nothing."""

    type: Literal["location"] = "location"
    label: str = Field(default="", max_length=MAX_LABEL)

    @field_validator("latitude", "longitude")
    @classmethod
    def _to_a_metre(cls, value: float) -> float:
        return round(value, 5)

    @field_validator("label")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return " ".join(printable(value).split())


CitizenContent = Annotated[
    VisitorContent | AttachedFile | SentLocation, Field(discriminator="type")
]


def inbound(sent: VisitorContent | AttachedFile | SentLocation) -> Inbound:
    """What the engine gets of it."""
    match sent:
        case VisitorContent():
            return TextContent(text=sent.text)
        case AttachedFile():
            return sent
        case SentLocation():
            return LocationContent(**sent.model_dump())
