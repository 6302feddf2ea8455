"""Scripted conversations through the whole bot: reads tests/data/dialogues/*.yml, says them, compares what comes back.

A file is a list of talks:

- talk: what it shows, in a few words      transcript: true writes it to docs/transcripts as it was really said
  person: 张示例                            a made-up person of the fund simulator: {name} {id_number} {phone};
                                           a number is a place in its list
  steps:
    - say: 帮我算算公积金能贷多少             {code} is the last code sent by SMS to the person
      hear: [缴存, 首套]                     each must stand in the answer's texts or buttons
      never: 抱歉                            none of these may
      status: queued                       the conversation's status afterwards, bot unless given
    - fault: {kind: down, path: /v1/accounts}   breaks the business system before the next step
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from core.conversation.content import Table, table_text
from core.settings import ROOT
from tests.integration.app.clients import VisitorClient, text_of

SCRIPTS = ROOT / "tests" / "data" / "dialogues"


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")

    say: str = ""
    hear: list[str] = []
    never: list[str] = []
    status: str = "bot"
    fault: dict[str, Any] | None = None

    @field_validator("hear", "never", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class Talk(BaseModel):
    model_config = ConfigDict(extra="forbid")

    talk: str
    steps: list[Step]
    transcript: bool = False
    person: str | int | None = None


@dataclass
class Said:
    """One step as it went: what was heard, and what was wrong with it ("" if nothing)."""

    say: str
    replies: list[dict[str, Any]]
    wrong: str = ""

    @property
    def text(self) -> str:
        return "\n".join(_shown(reply) for reply in self.replies)


@dataclass
class Result:
    """A talk as it went. `wrong` names the first step that was not as written."""

    file: str
    talk: Talk
    said: list[Said] = field(default_factory=list)

    @property
    def wrong(self) -> str:
        bad = next((said for said in self.said if said.wrong), None)
        return f"{self.file}, {self.talk.talk}: {bad.say!r}: {bad.wrong}\n{bad.text}" if bad else ""


def read_talks(folder: Path = SCRIPTS) -> list[tuple[str, Talk]]:
    """(name of the file, talk) of every script."""
    return [
        (path.stem, Talk.model_validate(talk))
        for path in sorted(folder.glob("*.yml"))
        for talk in yaml.safe_load(path.read_text("utf-8"))
    ]


class Fund:
    """The business system's stand-in, as far as a script needs it: its people, its SMS, its faults."""

    def __init__(self, base: str, http: httpx.AsyncClient) -> None:
        self._base = base.rstrip("/")
        self._http = http

    async def person(self, key: str | int) -> dict[str, str]:
        """By name, or by place in the list: everybody gets one code a minute, so each talk needs its own person."""
        people: list[dict[str, str]] = (await self._http.get(f"{self._base}/people")).json()
        if isinstance(key, int):
            return people[key]
        return next(one for one in people if one["name"] == key)

    async def code(self, person: Mapping[str, str]) -> str:
        """The code of the last SMS to the person's phone."""
        inbox = (await self._http.get(f"{self._base}/sms")).json()
        return next(str(sms["code"]) for sms in inbox if sms["phone"] == person["phone"])

    async def fault(self, fault: dict[str, Any]) -> None:
        (await self._http.post(f"{self._base}/faults", json=fault)).raise_for_status()


async def hold(url: str, fund: Fund, file: str, talk: Talk) -> Result:
    """Say the talk as a citizen of the website. Ends at the first step that is not as written."""
    result = Result(file, talk)
    person = {} if talk.person is None else await fund.person(talk.person)
    status = "bot"
    async with VisitorClient(url) as citizen:
        for step in talk.steps:
            if step.fault is not None:
                await fund.fault(step.fault)
            if not step.say:
                continue
            text = await _filled(step.say, person, fund)
            replies, status = await _turn(citizen, text)
            said = Said(text, replies)
            said.wrong = _wrong(step, said.text, status)
            result.said.append(said)
            if said.wrong:
                break
        if status == "queued":
            # Others' tests look at the queue.
            await citizen.call("cancel_handoff")
    return result


async def _filled(text: str, person: Mapping[str, str], fund: Fund) -> str:
    values = dict(person)
    if "{code}" in text:
        values["code"] = await fund.code(person)
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


async def _turn(citizen: VisitorClient, text: str) -> tuple[list[dict[str, Any]], str]:
    """What was answered, and the conversation's status. A turn is stored whole: its first message says it is there."""
    stored = await citizen.say(text)
    await citizen.hear(
        "message.created",
        lambda m: (
            m["conversation_id"] == stored["conversation_id"]
            and m["seq"] > stored["seq"]
            and m["author"]["kind"] != "visitor"
        ),
    )
    page = await citizen.call("list_messages", after_seq=stored["seq"])
    replies = [row for row in page["messages"] if row["author"]["kind"] != "visitor"]
    return replies, page["conversation"]["status"]


def _wrong(step: Step, heard: str, status: str) -> str:
    missing = [words for words in step.hear if words not in heard]
    unwanted = [words for words in step.never if words in heard]
    problems = [f"missing {missing}"] if missing else []
    problems += [f"unwanted {unwanted}"] if unwanted else []
    problems += [f"status {status}"] if status != step.status else []
    return ", ".join(problems)


def _shown(message: dict[str, Any]) -> str:
    """A message as it is read: its text, its buttons, what it cites."""
    content = message["content"]
    text = text_of(message) or f"[{content.get('name') or content['type']}]"
    if content.get("table"):
        text += "\n\n" + table_text(Table.model_validate(content["table"]))
    choices = [f"［{choice['label']}］" for choice in content.get("choices", [])]
    sources = [
        f"依据：《{cited['document'].strip('《》')}》{cited['clause']}"
        for cited in content.get("citations", [])
    ]
    return "\n".join([text, *sources, *(["".join(choices)] if choices else [])])


async def hold_all(url: str, fund: Fund, talks: list[tuple[str, Talk]]) -> list[Result]:
    """Several at once, but those with a fault alone: a broken system breaks it for everybody."""
    several = asyncio.Semaphore(4)

    async def one(file: str, talk: Talk) -> Result:
        async with several:
            return await hold(url, fund, file, talk)

    def alone(talk: Talk) -> bool:
        return any(step.fault for step in talk.steps)

    together = await asyncio.gather(*(one(f, t) for f, t in talks if not alone(t)))
    return [*together, *[await hold(url, fund, f, t) for f, t in talks if alone(t)]]
