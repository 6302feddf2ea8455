"""The editors' data as one value: what a training is given, and what the live model's texts and flows come from.

Stored with the training as JSON; a later version of the product reads it again.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from bot.editing.flow import FlowContent


class _Data(BaseModel):
    # A field that a newer version wrote and this one does not know is no reason to fail.
    model_config = ConfigDict(extra="ignore", frozen=True)


class OwnIntent(_Data):
    """`flow`: the key of the flow it starts; else it answers with one of `replies`."""

    name: str
    title: str
    means: str
    replies: list[str] = Field(default_factory=list)
    flow: str | None = None


class OwnFlow(_Data):
    key: str
    title: str
    content: FlowContent


class OwnSentence(_Data):
    text: str
    intent: str


class EditedData(_Data):
    """`replies`: variants by name of the shipped reply text they stand in for."""

    intents: list[OwnIntent] = Field(default_factory=list)
    flows: list[OwnFlow] = Field(default_factory=list)
    examples: dict[str, list[str]] = Field(default_factory=dict)
    replies: dict[str, list[str]] = Field(default_factory=dict)
    regression: list[OwnSentence] = Field(default_factory=list)

    def changes_the_model(self) -> bool:
        """Whether a model trained with it differs from the shipped one."""
        return bool(self.intents or self.flows or self.examples or self.replies)
