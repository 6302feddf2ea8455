"""Puts a form's questions to the citizen, and forgets its answers. Called by the actions of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.entries import ConfirmField
from actions.forms.fields import SKIP, Field
from actions.forms.form import Form
from actions.forms.progress import MOST_CHOICES
from actions.replies import offer
from core.conversation.content import Choice

Events = list[dict[str, Any]]

SMALL_TALK = {
    "greet": ("您好，我在的。", "在的。"),
    "thanks": ("不客气。", "不用谢。"),
    "are_you_bot": ("我是智能助手，是机器人；需要真人的话，说“转人工”就行。",),
    "praise": ("谢谢您。",),
    "solved": ("好的。",),
    "affirm": ("好的。", "嗯，好的。"),
}
HOW_TO = "按提示回答就行；想改前面的内容就直接说（比如：不对，余额是6万），不想继续就说“算了”。"
AFTER_A_QUESTION = ("我们接着刚才的：", "接着办刚才的事：", "回到刚才的问题：")
WAITING = ("好的，不着急，您准备好了再告诉我。", "好的，您慢慢来，我等您。")
WHICH = "好的，要改哪一项？点一下，或者直接说改成什么，比如：余额改成6万。"
TRY_AGAIN = Choice(label="再试一次", value="再试一次")
FIRST_QUESTION = "这已经是第一个问题了。"


def ask(
    dispatcher: CollectingDispatcher,
    form: Form,
    asked: Field,
    answers: Mapping[str, Any],
    note: str = "",
    more: Sequence[Choice] = (),
) -> None:
    """The question with its choices as buttons; each button sends its own label."""
    question = form.wording(asked, answers)
    text = f"{note}\n{question}" if note else question
    choices = [Choice(label=o.label, value=o.label) for o in asked.options]
    offer(dispatcher, text, [*choices, *more][:MOST_CHOICES])


def answered(form: Form, answers: Mapping[str, Any]) -> list[Field]:
    """The questions answered so far, in their order; the last look before submitting is none of them."""
    return [
        f
        for f in form.applicable(answers)
        if answers.get(f.slot) is not None and not isinstance(f, ConfirmField) and f.handle is None
    ]


def which_to_change(form: Form, answers: Mapping[str, Any]) -> list[Choice]:
    """A button for each answer that can be changed."""
    texts = [f"改{f.topic}" for f in answered(form, answers)]
    return [Choice(label=text, value=text) for text in texts[:MOST_CHOICES]]


def went_back(asked: Field, value: Any) -> str:
    """Said before a question that is asked again, with the answer it had."""
    had = "跳过了这一项" if value == SKIP else f"填的是{asked.show(value)}"
    return f"好的，回到“{asked.topic}”这一项，您刚才{had}；不改的话说“不变”。"


def said_differently(texts: Sequence[str], turns: int) -> str:
    """One of the ways to say it: another one each turn."""
    return texts[turns % len(texts)]


def forget(form: Form) -> Events:
    """Events that forget the form's answers."""
    return [SlotSet(field.slot, None) for field in form.fields]
