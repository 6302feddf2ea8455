"""The words that stand for a content where only text can be shown. Pure; used by showing.py and the article editor."""

from __future__ import annotations

import re
from collections.abc import Sequence

from channels.tencent.rendering.plain import markdown_to_text
from core.conversation.content import (
    AnswerContent,
    ChoicesContent,
    Citation,
    Content,
    FormContent,
    LocationContent,
    TextContent,
)
from core.conversation.in_part import in_part, in_part_of

# An address on our own server, after its name: 申请表.pdf：/api/v1/...
_OURS = re.compile(r"(?<=：)/api/\S+")
_UNTITLED = "答复全文"


def answer_text(content: AnswerContent, public_url: str, variant: str = "wechat") -> str:
    """An answer as a text: what the editor wrote for the service, else the Markdown; then the sources."""
    own = content.variants.get(variant)
    if own is not None:
        text = _OURS.sub(lambda found: public_url.rstrip("/") + found.group(), own)
    else:
        text = markdown_to_text(content.text_md, base=public_url)
    return "\n\n".join(part for part in (text, cite(content.citations)) if part)


def cite(citations: Sequence[Citation]) -> str:
    """The legal basis in one paragraph; empty without citations."""
    sources = [f"{citation} {citation.link}".rstrip() for citation in citations]
    if len(sources) > 1:
        # A line each: what follows a link in the same line would become part of it.
        return "\n".join(["依据：", *sources])
    return "".join(f"依据：{source}" for source in sources)


def of_form(content: FormContent, page: str) -> str:
    """What the form is for, and where it is filled in. Forms are drawn by our own pages."""
    said = str(content.data.get("text") or content.data.get("title") or "有一张表需要您填写。")
    return f"{said}\n请点这里填写：{page}" if page else f"{said}\n请在网站的在线咨询里填写。"


def map_link(place: LocationContent) -> str:
    """The place on a map that opens in WeChat's own browser (URI API of uri.amap.com: longitude first)."""
    system = "gaode" if place.system == "gcj02" else "wgs84"
    where = f"{place.longitude:.6f},{place.latitude:.6f}"
    return f"https://uri.amap.com/marker?position={where}&coordinate={system}&callnative=1"


def written(content: Content) -> bool:
    """Whether it is a text of which all may stand on a page: no personal number in it."""
    if not isinstance(content, TextContent | ChoicesContent):
        return False
    if in_part(content, by_citizen=False) is not content:
        return False
    # What the desk is shown leaves tables as they are: there they are the bot's computations.
    table = content.table.model_dump() if content.table is not None else {}
    return bool(in_part_of(table, by_citizen=False) == table)


def gist(content: Content, text: str) -> tuple[str, str]:
    """Title and description of a card for a text too long to be shown."""
    if isinstance(content, AnswerContent):
        return content.question or _UNTITLED, " ".join(text.split())
    table = getattr(content, "table", None)
    return (table.caption if table is not None else _UNTITLED), " ".join(text.split())
