"""Writes what editors added as Rasa files beside the shipped project: a domain, examples and rules.

Examples go into Rasa's JSON form, which takes a sentence as it is; its YAML form would read [x](y) as an
annotation. The domain is written as JSON as well, which is YAML with all texts in quotes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.client import harmless
from bot.editing.catalogue import Catalogue
from bot.editing.data import EditedData, OwnIntent
from bot.editing.texts import key_of
from bot.training import Examples, as_nlu, model_hash

REPLY_ACTION = "utter_{name}"
FLOW_FORM, FLOW_VALIDATE, FLOW_RESULT = (
    "flow_{key}_form", "validate_flow_{key}_form", "action_flow_{key}_result",
)  # fmt: skip
FLOW_SLOT = "flow_{key}_{node}"


@dataclass(frozen=True)
class Project:
    """Contents of the files, by name; `domain` stands for the shipped one, `extra` beside the shipped data."""

    domain: str
    extra: Mapping[str, str]
    hash: str

    @property
    def model_name(self) -> str:
        """The file a model of it is kept under."""
        return f"bangban-own-{self.hash}.tar.gz"

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The domain's file and the folder of further data."""
        domain, extra = folder / "domain.yml", folder / "extra"
        extra.mkdir()
        domain.write_text(self.domain, "utf-8")
        for name, text in self.extra.items():
            (extra / name).write_text(text, "utf-8")
        return domain, extra


def compose(root: Path, wordings: Examples, data: EditedData, catalogue: Catalogue) -> Project:
    """The project under `root` with the editors' `data`. `wordings`: those of knowledge articles, by intent.

    An editor's example that the product itself now gives another intent (after an upgrade) is left out; a
    wording that an editor gave to an intent is the editor's.
    """
    domain = _domain(yaml.safe_load((root / "domain.yml").read_text("utf-8")), data)
    own = _own_examples(data, catalogue)
    taken = {key_of(text) for texts in own.values() for text in texts}
    rest = {
        intent: [text for text in texts if key_of(text) not in taken]
        for intent, texts in wordings.items()
    }
    extra = {
        "examples.json": _nlu(own),
        "wordings.yml": as_nlu(rest),
        # Rasa knows a file of rules by a line that begins with "rules:". There are only our own names in it.
        "rules.yml": yaml.safe_dump({"version": "3.1", "rules": _rules(data)}, sort_keys=False),
    }
    for name, needed in (
        ("rules.yml", data.intents),
        ("examples.json", own),
        ("wordings.yml", rest),
    ):
        if not needed:
            del extra[name]
    written = _json(domain)
    digest = hashlib.sha256(model_hash(root, wordings).encode())
    for part in (written, *extra.values()):
        digest.update(b"\0" + part.encode())
    return Project(written, extra, digest.hexdigest()[:16])


def _own_examples(data: EditedData, catalogue: Catalogue) -> dict[str, list[str]]:
    known = {*catalogue.intents, *(intent.name for intent in data.intents)}
    return {
        intent: [text for text in texts if catalogue.owners.get(key_of(text), intent) == intent]
        for intent, texts in sorted(data.examples.items())
        if intent in known
    }


def _nlu(examples: Mapping[str, Sequence[str]]) -> str:
    return _json(
        {
            "rasa_nlu_data": {
                "common_examples": [
                    # As the bot will be given it: bot/client.py takes the same care at every turn.
                    {"text": harmless(text), "intent": intent, "entities": []}
                    for intent, texts in examples.items()
                    for text in texts
                ]
            }
        }
    )


def _domain(domain: dict[str, Any], data: EditedData) -> dict[str, Any]:
    responses = domain.setdefault("responses", {})
    for name, variants in data.replies.items():
        if name in responses:
            # The buttons are part of the place, not of the wording.
            buttons = responses[name][0].get("buttons")
            more = {"buttons": buttons} if buttons else {}
            responses[name] = [{"text": text, **more} for text in variants]
    flows = {flow.key for flow in data.flows}
    for intent in data.intents:
        domain["intents"].append(intent.name)
        if intent.flow not in flows:
            action = REPLY_ACTION.format(name=intent.name)
            responses[action] = [{"text": text} for text in intent.replies]
    for flow in data.flows:
        slots = [FLOW_SLOT.format(key=flow.key, node=node.id) for node in flow.content.nodes]
        for slot in slots:
            domain["slots"][slot] = {"type": "any", "mappings": [{"type": "custom"}]}
        domain["forms"][FLOW_FORM.format(key=flow.key)] = {"required_slots": slots}
        domain["actions"] += [FLOW_VALIDATE.format(key=flow.key), FLOW_RESULT.format(key=flow.key)]
    return domain


def _rules(data: EditedData) -> list[dict[str, Any]]:
    flows = {flow.key for flow in data.flows}
    rules = [_rule(intent, flows) for intent in data.intents]
    for flow in data.flows:
        form = FLOW_FORM.format(key=flow.key)
        rules.append(
            {
                "rule": f"End of {form}",
                "condition": [{"active_loop": form}],
                "steps": [
                    {"action": form},
                    {"active_loop": None},
                    {"slot_was_set": [{"requested_slot": None}]},
                    {"action": FLOW_RESULT.format(key=flow.key)},
                ],
            }
        )
    return rules


def _rule(intent: OwnIntent, flows: set[str]) -> dict[str, Any]:
    if intent.flow in flows:
        form = FLOW_FORM.format(key=intent.flow)
        steps: list[dict[str, Any]] = [{"action": form}, {"active_loop": form}]
    else:
        steps = [{"action": REPLY_ACTION.format(name=intent.name)}]
    return {"rule": intent.name, "steps": [{"intent": intent.name}, *steps]}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
