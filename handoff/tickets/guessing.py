"""What a ticket is about, read off what a citizen wrote: its title, its type, what a task of the bot asked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LONGEST_TITLE = 40
_SENTENCE_ENDS = "。！？!?\n；;"
# Shorter texts only greet, or ask for a person.
SAYS_SOMETHING = 6
# What citizens say for the shipped types beside their names. The first that fits, by the weight of the matter.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "report": ("举报",),
    "complaint": (
        "投诉",
        "态度差",
        "态度恶劣",
        "推诿",
        "反映单位",
        "单位不缴",
        "单位不交",
        "单位没给",
    ),
    "correction": ("更正", "改错", "登记错", "信息错", "名字错", "信息有误"),
    "suggestion": ("建议",),
}
COMPLAINT, CONSULTATION = "complaint", "consultation"
# What the bot understood (data/nlu), or a handoff's reason.
_COMPLAINING = frozenset({"complain", "file_complaint", "complaint", "anger"})


def title_of(text: str) -> str:
    """How a text begins: its first sentence, cut where that is long. Citizens are asked what happened, and not for a
    heading."""
    plain = text.strip()
    ends = [place for mark in _SENTENCE_ENDS if (place := plain.find(mark)) > 0]
    first = " ".join((plain[: min(ends)] if ends else plain).split())
    return first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1]}…"


def matter_of(texts: Sequence[str]) -> str:
    """The first that says something, else the longest; "" for none."""
    saying = (text for text in texts if len("".join(text.split())) >= SAYS_SOMETHING)
    return next(saying, max(texts, key=len, default=""))


def type_of(
    texts: Sequence[str],
    types: Mapping[str, str],
    *,
    task: str = "",
    understood: Sequence[str] = (),
) -> str | None:
    """The id of the type that fits; None where nothing says so.

    `types`: those in use, id -> name, in their order. `task`: what the bot was at (投诉登记). `understood`: intents of
    the bot, and why it handed over.
    """
    named = next((key for key, name in types.items() if task and name in task), None)
    if named is not None:
        return named
    said = "\n".join(texts)
    for key, words in _WORDS.items():
        if key in types and any(word in said for word in words):
            return key
    named = next((key for key, name in types.items() if len(name) > 1 and name in said), None)
    if named is not None and named != CONSULTATION:
        return named
    if COMPLAINT in types and _COMPLAINING & set(understood):
        return COMPLAINT
    return CONSULTATION if CONSULTATION in types and said else named


def answered(answers: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """What was answered to a task (单位名称：某公司), by the key of the field it fits. `names`: name -> key.

    A field fits a question of its name, or one that is longer by a word (诉求, 您的诉求).
    """
    found: dict[str, str] = {}
    for answer in answers:
        topic, colon, value = answer.partition("：")
        if not colon or not value.strip():
            continue
        fitting = [name for name in names if name in topic]
        if fitting:
            found.setdefault(names[max(fitting, key=len)], value.strip())
    return found
