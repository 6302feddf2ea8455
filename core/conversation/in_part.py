"""What the desk sees of a content: as it is, but for the middle of personal numbers. Pure; called by schemas.py.

Knowledge answers are reviewed texts with the numbers of offices in them and stay as they are.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from core.conversation.content import (
    ActivityContent,
    ChoicesContent,
    Content,
    FileContent,
    FormContent,
    LocationContent,
    TextContent,
)
from core.masked_numbers import covered


def in_part(content: Content, *, by_citizen: bool) -> Content:
    """The content with personal numbers covered; the same object when it holds none."""
    match content:
        case TextContent() | ChoicesContent() | ActivityContent():
            return _with(content, "text", covered(content.text, by_citizen=by_citizen))
        case FileContent():
            return _renamed(content, covered(content.name, by_citizen=by_citizen))
        case LocationContent():
            return _with(content, "label", covered(content.label, by_citizen=by_citizen))
        case FormContent():
            return _with(content, "data", in_part_of(content.data, by_citizen=by_citizen))
        case _:
            return content


def _renamed(content: FileContent, name: str) -> Content:
    """The file's address ends with its name; what comes before that finds it."""
    if name == content.name:
        return content
    folder = content.url.rpartition("/")[0]
    return content.model_copy(update={"name": name, "url": f"{folder}/{quote(name, safe='')}"})


def in_part_of(value: Any, *, by_citizen: bool = True) -> Any:
    """The same for every text in a JSON value."""
    match value:
        case str():
            return covered(value, by_citizen=by_citizen)
        case list() | tuple():
            return [in_part_of(one, by_citizen=by_citizen) for one in value]
        case dict():
            return {name: in_part_of(one, by_citizen=by_citizen) for name, one in value.items()}
        case _:
            return value


def _with(content: Content, field: str, value: Any) -> Content:
    if value == getattr(content, field):
        return content
    changed: Content = content.model_copy(update={field: value})
    return changed
