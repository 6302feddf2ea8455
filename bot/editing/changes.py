"""What the editors' data holds that the live model was not trained with, in lines to be shown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel

from bot.editing.data import EditedData, OwnFlow, OwnIntent

Kind = Literal["intent", "examples", "reply", "flow", "regression"]


class PendingChange(BaseModel):
    """`op`: what happened to it since. `name` is that of the intent, the reply text, the flow (its key).

    Of examples and regression sentences, which change by the line: `added` and `removed` count the lines.
    """

    kind: Kind
    op: Literal["added", "changed", "removed"]
    name: str
    title: str
    added: int = 0
    removed: int = 0


def changes_between(
    live: EditedData, now: EditedData, titles: Mapping[str, str]
) -> list[PendingChange]:
    """From `live` to `now`. `titles` of intents and reply texts by name."""
    known = {**titles, **{i.name: i.title for i in (*live.intents, *now.intents)}}
    return [
        *_of_parts("intent", live.intents, now.intents),
        *_of_lines("examples", live.examples, now.examples, known),
        *_of_replies(live.replies, now.replies, known),
        *_of_parts("flow", live.flows, now.flows),
        *_of_lines("regression", _by_intent(live), _by_intent(now), known),
    ]


def _of_parts(
    kind: Kind, live: Sequence[OwnIntent | OwnFlow], now: Sequence[OwnIntent | OwnFlow]
) -> Iterator[PendingChange]:
    before = {_key(part): part for part in live}
    for part in now:
        old = before.pop(_key(part), None)
        if old != part:
            op: Literal["added", "changed"] = "added" if old is None else "changed"
            yield PendingChange(kind=kind, op=op, name=_key(part), title=part.title)
    for key, part in before.items():
        yield PendingChange(kind=kind, op="removed", name=key, title=part.title)


def _of_lines(
    kind: Kind,
    live: Mapping[str, Sequence[str]],
    now: Mapping[str, Sequence[str]],
    titles: Mapping[str, str],
) -> Iterator[PendingChange]:
    for name in dict.fromkeys([*now, *live]):
        before, after = set(live.get(name, ())), set(now.get(name, ()))
        if before != after:
            yield PendingChange(
                kind=kind, op="changed", name=name, title=titles.get(name, name),
                added=len(after - before), removed=len(before - after),
            )  # fmt: skip


def _of_replies(
    live: Mapping[str, list[str]], now: Mapping[str, list[str]], titles: Mapping[str, str]
) -> Iterator[PendingChange]:
    for name in dict.fromkeys([*now, *live]):
        if live.get(name) != now.get(name):
            # Gone from the data: the shipped text is said again.
            op: Literal["changed", "removed"] = "changed" if name in now else "removed"
            yield PendingChange(kind="reply", op=op, name=name, title=titles.get(name, name))


def _by_intent(data: EditedData) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for sentence in data.regression:
        found.setdefault(sentence.intent, []).append(sentence.text)
    return found


def _key(part: OwnIntent | OwnFlow) -> str:
    return part.key if isinstance(part, OwnFlow) else part.name
