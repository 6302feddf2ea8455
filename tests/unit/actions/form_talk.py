"""Runs a task's form as Rasa does, without Rasa: its two actions, its slots, its loop. For tests of whole tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.actions import ValidateFormAction
from actions.forms.form import Task
from actions.forms.results import FormResultAction
from actions.identity.seal import Seal
from actions.needs import Needs
from actions.region import RegionNumbers
from core.clock import LOCAL_ZONE
from core.conversation.business import BusinessGateway
from core.conversation.ports import KnowledgeResult

SEAL = Seal("the tests' own")


def nothing_known(text: str, region: str, earlier: tuple[str, ...]) -> KnowledgeResult:
    return KnowledgeResult("unknown", [])


@dataclass
class FormTalk:
    """One conversation. `heard` is what the bot said in the last turn: the payloads of bot/replies.py."""

    task: Task
    needs: Needs
    sender: str = "conversation.0"
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    open: bool = False

    def __post_init__(self) -> None:
        actions = (
            ValidateFormAction(self.task, self.needs, {}),
            FormResultAction(self.task, self.needs),
        )
        self._actions = {action.name(): action.run for action in actions}

    @property
    def text(self) -> str:
        """All texts of the last turn."""
        return "\n".join(p["content"]["text"] for p in self.heard if "content" in p)

    @property
    def buttons(self) -> list[str]:
        contents = [p["content"] for p in self.heard if "content" in p]
        return [c["label"] for content in contents for c in content.get("choices", [])]

    @property
    def said(self) -> str | None:
        """The citizen's last message as it may be kept; None: as it is."""
        return next((p["said"] for p in self.heard if "said" in p), None)

    async def begin(self, text: str = "帮我查一下") -> str:
        """The message that opens the form."""
        self.open = True
        return await self._turn(text, self.task.form.intent, 0.95, ())

    async def say(
        self, text: str, intent: str = "inform", confidence: float = 0.8,
        entities: Sequence[Mapping[str, Any]] = (),
    ) -> str:  # fmt: skip
        return await self._turn(text, intent, confidence, entities)

    async def _turn(
        self, text: str, intent: str, confidence: float, entities: Sequence[Mapping[str, Any]]
    ) -> str:
        self.heard = []
        message = {
            "text": text, "intent": {"name": intent, "confidence": confidence},
            "entities": [dict(e) for e in entities], "metadata": {"region": "example"},
        }  # fmt: skip
        self.events.append({"event": "user", "text": text, "parse_data": message})
        while self.open:
            events = await self._run(f"validate_{self.task.form.name}", message)
            self.events.append({"event": "action", "name": self.task.form.name})
            ended = any(e["event"] == "active_loop" and e["name"] is None for e in events)
            if ended or self.slots.get("requested_slot") is not None or not events:
                self.open = not ended
                return self.text
            self.open = False
            after = await self._run(self.task.result_action, message)
            self.events.append({"event": "action", "name": self.task.result_action})
            self.open = {"event": "followup", "name": self.task.form.name} in [
                {"event": e["event"], "name": e.get("name")} for e in after
            ]
        return self.text

    async def _run(self, action: str, message: dict[str, Any]) -> list[dict[str, Any]]:
        dispatcher = CollectingDispatcher()
        loop = {"name": self.task.form.name} if self.slots.get("requested_slot") else {}
        tracker = Tracker(
            self.sender, dict(self.slots), message, list(self.events), False, None, loop, None
        )
        events: list[dict[str, Any]] = await self._actions[action](dispatcher, tracker, {})
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        self.events += events
        self.heard += [m["custom"] for m in dispatcher.messages if m.get("custom")]
        return events


def needs_of(
    region: RegionNumbers, gateway: BusinessGateway | None, now: datetime, seal: Seal = SEAL
) -> Needs:
    return Needs(
        answer=nothing_known, read_region=lambda _: region, gateway=gateway,
        now=lambda: now.astimezone(LOCAL_ZONE), default_region="example", seal=seal,
    )  # fmt: skip
