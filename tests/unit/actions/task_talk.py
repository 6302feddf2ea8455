"""Plays Rasa for the tasks: keeps slots and events, calls the form's actions, collects what was said.

The business system is the stand-in, values are found by the product's own rules; only intents are given by the test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.executor import build_executor
from actions.needs import Needs
from actions.region import RegionNumbers
from bot.components.values import find_values
from bot.components.wordlists import WORDS, read_words
from core.clock import LOCAL_ZONE
from core.conversation.business import BusinessGateway
from core.conversation.choices import meant_choice
from core.conversation.content import CONTENT, ChoicesContent
from core.conversation.ports import KnowledgeResult
from core.conversation.tickets import TicketLookup
from tests.fund import FundStand

# Longest first: the product's own reader of words needs Rasa's interpreter.
REGIONS = sorted(
    ((name, normal) for normal, name in read_words(WORDS / "region.txt")), key=lambda one: -len(one[0])
)  # fmt: skip


def nothing_known(text: str, region: str, earlier: tuple[str, ...]) -> KnowledgeResult:
    return KnowledgeResult("unknown", [])


class TaskTalk:
    """A conversation about one task after the other. `directives`: all that the engine was asked to do."""

    def __init__(
        self,
        fund: FundStand,
        region: RegionNumbers,
        *,
        gateway: BusinessGateway | None = None,
        tickets: TicketLookup | None = None,
        sender: str = "c.1",
    ) -> None:
        self.needs = Needs(
            nothing_known, lambda _: region, gateway or fund.gateway,
            lambda: fund.clock.now().astimezone(LOCAL_ZONE), "example", tickets=tickets,
        )  # fmt: skip
        self.executor = build_executor(self.needs)
        self.sender = sender
        self.events: list[dict[str, Any]] = []
        self.slots: dict[str, Any] = {}
        self.loop: str | None = None
        self.form = ""
        self.choices: Sequence[Any] = ()
        self.directives: list[dict[str, Any]] = []

    async def open(self, form: str, text: str, intent: str) -> str:
        """The message that opens `form`."""
        self.form, self.loop = form, f"{form}_form"
        self.events.append({"event": "active_loop", "name": self.loop})
        return await self.say(text, intent)

    async def say(self, text: str, intent: str = "inform", confidence: float = 0.9) -> str:
        """One message to the open form; what is answered, with its buttons, as one text."""
        asked = meant_choice(text, self.choices) or text
        parsed = {
            "text": asked,
            "intent": {"name": intent, "confidence": confidence},
            "entities": self._entities(asked),
        }
        self.events.append({"event": "user", "text": asked, "parse_data": parsed})
        said: list[str] = []
        for _ in range(3):
            events = await self._call(f"validate_{self.form}_form", said)
            following = [e["name"] for e in events if e["event"] == "followup"]
            if (
                self.loop is None
                or self.slots.get("requested_slot")
                or "action_listen" in following
            ):
                break
            result = f"action_{self.form}_result"
            self.events.append({"event": "action", "name": result})
            events = await self._call(result, said)
            following = [e["name"] for e in events if e["event"] == "followup"]
            if following != [f"{self.form}_form"]:
                self.loop = None
                break
        return "\n".join(said)

    def _entities(self, text: str) -> list[dict[str, Any]]:
        today = self.needs.now().date()
        entities = [
            {"entity": v.kind, "value": v.value, "start": v.start, "end": v.end}
            for v in find_values(text, today)
        ]
        left = text
        for name, normal in REGIONS:
            while (start := left.find(name)) >= 0:
                end = start + len(name)
                entities.append({"entity": "region", "value": normal, "start": start, "end": end})
                left = left[:start] + "　" * len(name) + left[end:]
        return sorted(entities, key=lambda entity: int(entity["start"]))

    async def _call(self, action: str, said: list[str]) -> list[dict[str, Any]]:
        latest = next((e for e in reversed(self.events) if e["event"] == "user"), {})
        tracker = {
            "sender_id": self.sender, "slots": self.slots, "latest_message": latest.get("parse_data", {}),
            "events": self.events, "paused": False, "followup_action": None,
            "active_loop": {"name": self.loop} if self.loop else {}, "latest_action_name": None,
            "latest_input_channel": "rest",
        }  # fmt: skip
        result = await self.executor.run(
            {"next_action": action, "sender_id": self.sender, "tracker": tracker, "domain": {}}
        )
        data = result.model_dump()
        for event in data["events"]:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            if event["event"] == "active_loop":
                self.loop = event["name"]
        for response in data["responses"]:
            self._hear(response.get("custom") or {}, said)
        return data["events"]

    def _hear(self, custom: dict[str, Any], said: list[str]) -> None:
        if "directive" in custom:
            self.directives.append(custom["directive"])
        if "content" not in custom:
            return
        content = CONTENT.validate_python(custom["content"])
        self.choices = content.choices if isinstance(content, ChoicesContent) else ()
        said.append(str(custom["content"].get("text") or custom["content"].get("text_md")))
        said += [f"[{choice.label}]" for choice in self.choices]
        self.events.append({"event": "bot", "data": {"custom": custom}})
