"""What changed between two versions, field by field, for people to read. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

from pydantic import BaseModel

from knowledge.articles.schemas import ArticleContent

Operation = Literal["equal", "insert", "delete"]
_TEXTS = ("question", "answer_md")
_LISTS = ("similar", "citations", "next", "tags", "attachments")
_VALUES = ("business", "region", "audience", "effective_from", "effective_to")
# Sentences with their marks, line by line.
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")
# Numbers and Latin words whole, so that 1500 does not become 1[2]500; Chinese by the character.
_WORD = re.compile(r"\d+(?:[.,]\d+)*%?|[A-Za-z]+|\s+|.", re.DOTALL)
# Sentences less alike than this are shown as one out, one in: single characters that stayed explain nothing.
ALIKE = 0.5
# Comparing takes the product of the lengths, and more; beyond, what lies between the common ends is shown whole.
MAX_WORK = 400_000


class Segment(BaseModel):
    """For a list's field a segment is one item."""

    op: Operation
    text: str


def diff_contents(old: ArticleContent | None, new: ArticleContent) -> dict[str, list[Segment]]:
    """For each field that differs, the old and new text as one sequence. `old` None: all is new."""
    found: dict[str, list[Segment]] = {}
    for name in _TEXTS:
        found[name] = diff_text(getattr(old, name, ""), getattr(new, name))
    for name in _LISTS:
        found[name] = diff_items(_items(getattr(old, name, ())), _items(getattr(new, name)))
    for name in _VALUES:
        found[name] = diff_items(_value(getattr(old, name, None)), _value(getattr(new, name)))
    before = old.variants if old is not None else {}
    for channel in sorted({*before, *new.variants}):
        texts = before.get(channel, ""), new.variants.get(channel, "")
        found[f"variants.{channel}"] = diff_text(*texts)
    return {name: parts for name, parts in found.items() if any(s.op != "equal" for s in parts)}


def diff_text(old: str, new: str) -> list[Segment]:
    """Sentence by sentence; within a sentence that was reworded, word by word."""
    return _joined(_compare(_SENTENCE.findall(old), _SENTENCE.findall(new), _reworded))


def diff_items(old: Sequence[str], new: Sequence[str]) -> list[Segment]:
    """Item by item; what moved is taken out here and put in there."""
    return list(_compare(old, new, _replaced))


def _compare(
    old: Sequence[str],
    new: Sequence[str],
    replaced: Callable[[Sequence[str], Sequence[str]], Iterator[Segment]],
) -> Iterator[Segment]:
    for op, i, j, k, m in _opcodes(old, new):
        if op == "equal":
            yield from (Segment(op="equal", text=text) for text in old[i:j])
        else:
            yield from replaced(old[i:j], new[k:m])


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """As SequenceMatcher's: what becomes of old[i:j], which becomes new[k:m]."""
    if len(old) * len(new) <= MAX_WORK:
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    i, j = len(old) - tail, len(new) - tail
    return [
        ("equal", 0, head, 0, head),
        ("replace", head, i, head, j),
        ("equal", i, len(old), j, len(new)),
    ]


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Segment]:
    yield from (Segment(op="delete", text=text) for text in old)
    yield from (Segment(op="insert", text=text) for text in new)


def _reworded(old: Sequence[str], new: Sequence[str]) -> Iterator[Segment]:
    before, after = _WORD.findall("".join(old)), _WORD.findall("".join(new))
    small = len(before) * len(after) <= MAX_WORK
    if small and SequenceMatcher(None, before, after, autojunk=False).ratio() >= ALIKE:
        return _compare(before, after, _replaced)
    return _replaced(["".join(old)] if old else [], ["".join(new)] if new else [])


def _joined(segments: Iterator[Segment]) -> list[Segment]:
    """Neighbours of one kind as one segment; what went out before what came in."""
    result: list[Segment] = []
    out, into = "", ""
    for segment in [*segments, Segment(op="equal", text="")]:
        match segment.op:
            case "delete":
                out += segment.text
            case "insert":
                into += segment.text
            case "equal":
                result += [Segment(op="delete", text=out)] if out else []
                result += [Segment(op="insert", text=into)] if into else []
                out, into = "", ""
                if result and result[-1].op == "equal":
                    result[-1].text += segment.text
                elif segment.text:
                    result.append(segment)
    return result


def _items(value: Sequence[Any]) -> list[str]:
    """Citations with their link, which their own writing leaves out."""
    return [f"{item} {getattr(item, 'link', '')}".rstrip() for item in value]


def _value(value: Any) -> list[str]:
    return [] if value is None else [str(value)]
