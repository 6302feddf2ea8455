"""A long answer as the body of a page: what the chat's card opens. Pure; used by chat_pages.py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape

from markdown_it import MarkdownIt

from channels.tencent.rendering.wording import written
from core.clock import LOCAL_ZONE
from core.conversation.content import (
    AnswerContent,
    ChoicesContent,
    Citation,
    Content,
    Table,
    TextContent,
)

# Raw HTML stays text, and addresses with other protocols than a page's (javascript:) become no links.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_ADDRESS = re.compile(r"https?://[!-~]+")
# What ends a sentence after an address belongs to the sentence.
_AFTER = ".,;:!?)]'\""
UNTITLED = "答复全文"


def shown_on_page(content: Content) -> bool:
    """Whether it may stand on a page that whoever has the address can open."""
    return isinstance(content, AnswerContent) or written(content)


def title_of(content: Content) -> str:
    if isinstance(content, AnswerContent) and content.question:
        return content.question
    table = getattr(content, "table", None)
    return table.caption if table is not None else UNTITLED


def answer_html(content: Content, at: datetime, *, variant: str) -> str:
    """The body. `variant`: whose own text of an answer is shown; `at`: when it was given."""
    when = at.astimezone(LOCAL_ZONE)
    said = f"{when.year}年{when.month}月{when.day}日 {when:%H:%M} 的答复"
    parts = [f"<h1>{escape(title_of(content))}</h1>", f'<p class="soft">{said}</p>']
    match content:
        case AnswerContent():
            own = content.variants.get(variant)
            parts += [_plain(own) if own is not None else _rich(content.text_md)]
            parts += [_sources(content.citations)] if content.citations else []
        case TextContent() | ChoicesContent():
            parts += [_plain(content.text)] if content.text else []
            parts += [_table(content.table)] if content.table is not None else []
    parts.append(
        '<footer class="soft"><p>政策会有调整，请以办理时的规定为准。还有不清楚的，请回到聊天中接着问。</p></footer>'
    )
    return "\n".join(parts)


def _rich(markdown: str) -> str:
    html = str(_MARKDOWN.render(markdown))
    return html.replace("<table>", '<div class="wide"><table>').replace(
        "</table>", "</table></div>"
    )


def _plain(text: str) -> str:
    """Paragraphs with their line ends; addresses can be tapped on."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "\n".join(f'<p class="own">{_linked(part)}</p>' for part in paragraphs)


def _linked(text: str) -> str:
    html, end = "", 0
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(_AFTER)
        html += escape(text[end : match.start()])
        html += f'<a href="{escape(address)}">{escape(address)}</a>'
        end = match.start() + len(address)
    return html + escape(text[end:])


def _sources(citations: Sequence[Citation]) -> str:
    items = "".join(f"<li>{_source(citation)}</li>" for citation in citations)
    return f'<section class="sources"><h2>依据</h2><ol>{items}</ol></section>'


def _source(citation: Citation) -> str:
    name = escape(str(citation))
    opens = citation.link.startswith(("https://", "http://")) or (
        citation.link.startswith("/") and not citation.link.startswith("//")
    )
    return f'<a href="{escape(citation.link)}">{name}</a>' if opens else name


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    caption = f"<caption>{escape(table.caption)}</caption>"
    return f'<div class="wide"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
