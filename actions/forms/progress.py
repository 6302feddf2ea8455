"""How the open question has been going: how often its answer was not understood, and where the citizen went back.

Kept in the slot `form_progress` from turn to turn; says what is said when an answer did not do. Pure but for reading
the tracker.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.forms.fields import Field
from actions.replies import HUMAN
from core.conversation.content import Choice

SLOT = "form_progress"
KEEP = Choice(label="不变", value="不变")
GIVE_UP = Choice(label="不办了", value="不办了")
# A message's buttons are at most twelve.
MOST_CHOICES = 12


@dataclass(frozen=True)
class Progress:
    """Of the question `slot`. `before`: all answers as they were when the citizen went back to it."""

    slot: str = ""
    failures: int = 0
    before: Mapping[str, Any] = field(default_factory=dict)

    def failed(self, slot: str) -> Progress:
        """One more answer that could not be taken."""
        count = self.failures if self.slot == slot else 0
        return Progress(slot, count + 1, self.before if self.slot == slot else {})

    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = SlotSet(SLOT, asdict(self) if self != Progress() else None)
        return event


def progress_of(tracker: Tracker) -> Progress:
    kept = tracker.get_slot(SLOT)
    return Progress(**kept) if kept else Progress()


@dataclass(frozen=True)
class Help:
    """What is said when an answer did not do. `again`: the question is put again behind it."""

    text: str
    choices: Sequence[Choice]
    again: bool


def help_with(asked: Field, failures: int, problem: str = "") -> Help:
    """More with every failure, and never the same words three times: example, then buttons and people, then a way out.

    `problem` says what is wrong with the value that was given.
    """
    options = [Choice(label=o.label, value=o.label) for o in asked.options]
    if failures <= 1:
        if not problem:
            text = f"没太明白您的意思。{asked.expected}。"
        else:
            text = problem if _shows_example(problem) else f"{problem}{asked.expected}。"
        return Help(text, options, again=True)
    ways = [HUMAN, GIVE_UP][: max(0, MOST_CHOICES - len(options))]
    stage = 2 if failures == 2 else 3 + failures % 2
    said = _LATER[stage].format(topic=asked.topic, expected=asked.expected)
    # The example comes once.
    wrong = re.sub(r"（比如：[^）]*）", "", problem)
    return Help(f"{wrong or _UNREAD[stage]}{said}", [*options, *ways], again=False)


# By stage: the second failure, and the two that take turns after it.
_UNREAD = {2: "抱歉，我还是没有读懂。", 3: "", 4: "这一项我一直没能读懂。"}
_LATER = {
    2: "这一步要填的是“{topic}”：{expected}。拿不准的话，也可以转人工。",
    3: "关于“{topic}”，{expected}。不方便填也没关系，可以转人工，或者说“不办了”先停下。",
    4: "可以请工作人员帮您看看，输入“转人工”就行；要自己填“{topic}”的话，{expected}。",
}


def _shows_example(problem: str) -> bool:
    return "比如" in problem or "应当" in problem or "请" in problem


def explain_question(asked: Field) -> Help:
    """For 没看懂: what is asked, in other words."""
    options = [Choice(label=o.label, value=o.label) for o in asked.options]
    text = f"这里要问的是“{asked.topic}”。{asked.expected}。不知道怎么填的话，可以转人工，请工作人员帮您。"
    return Help(text, [*options, HUMAN][:MOST_CHOICES], again=False)
