"""From a message's content to the bubbles a citizen is shown. Pure; used by the carriers of all three services.

As few bubbles as possible, since each costs one of the few replies WeChat allows: what a text would need more than
two for becomes a card that opens a page. The same content always gives the same bubbles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from channels.tencent.rendering.bubbles import (
    Bubble,
    CardBubble,
    MediaBubble,
    MediaKind,
    MenuBubble,
    Rendered,
    TextBubble,
)
from channels.tencent.rendering.plain import harmless
from channels.tencent.rendering.split import MAX_BYTES, shortened, size, split_text
from channels.tencent.rendering.wording import answer_text, gist, map_link, of_form, written
from core.conversation.attachments.links import ROOT as FILES
from core.conversation.choices import offered_choices
from core.conversation.content import (
    ActivityContent,
    AnswerContent,
    ChoicesContent,
    Content,
    FileContent,
    FormContent,
    LocationContent,
    TextContent,
    file_line,
    plain_text,
)
from core.conversation.rating import ASKED

# A text of more bubbles becomes a card.
MOST_BUBBLES = 2
# What a card shows of them; more is cut off by WeChat's app, wherever that falls.
TITLE_BYTES = 64 * 3
DESCRIPTION_BYTES = 56 * 3
OPEN_IT = "点开看全文"
RATE = "rate"
MORE = "您可能还想问："
CHOOSE = "请选择："


@dataclass(frozen=True)
class Fits:
    """Which files of a kind the service takes: media types (None: whatever), bytes, seconds (None: whatever)."""

    types: frozenset[str] | None
    most_bytes: int
    most_seconds: int | None = None


@dataclass(frozen=True)
class Looks:
    """What a service can show. `variant`: the editors' own text for it. `menus`: lists to tap on; sizes in bytes."""

    variant: str
    media: Mapping[MediaKind, Fits] = field(default_factory=dict)
    menus: bool = True
    menu_head: int = 1024
    menu_item: int = 128
    menu_items: int = 10
    cards: bool = True


@dataclass(frozen=True)
class Addresses:
    """Where pages of ours are. `answer` and `file` make one from an id; `form`: the full page, "" for none."""

    public_url: str
    answer: Callable[[str], str]
    file: Callable[[str], str]
    form: str = ""


def show(
    content: Content, message_id: str, looks: Looks, at: Addresses, *, own: bool = True
) -> Rendered:
    """The bubbles for `content`, in order.

    `own`: it may be the citizen's own data, which is never put on a page; only reviewed answers are, whatever it says.
    """
    if isinstance(content, FileContent):
        return Rendered((_file(content, looks, at),))
    text, more = _text_of(content, looks, at), _items(content, message_id)
    text = harmless(text)
    if not more:
        return Rendered(_texts(content, message_id, text, looks, at, own=own))
    labels = [harmless(label).strip() for _, label in more]
    asked = MORE if isinstance(content, AnswerContent) else ""
    if looks.cards and _too_long(content, text, own=own):
        menu, numbered = _list(asked or CHOOSE, more, labels, looks)
        return Rendered((_card(content, message_id, text, at), *menu), numbered)
    menu, numbered = _list("\n\n".join(part for part in (text, asked) if part), more, labels, looks)
    return Rendered(menu, numbered)


def rating_item(service_id: str, score: int) -> str:
    """The id of a level in a list to tap on; read by rating.py."""
    return f"{RATE}:{service_id}:{score}"


def choice_item(message_id: str, index: int) -> str:
    return f"{message_id}:{index}"


def _text_of(content: Content, looks: Looks, at: Addresses) -> str:
    match content:
        case AnswerContent():
            return answer_text(content, at.public_url, looks.variant)
        case ActivityContent() if rating := content.data.get(ASKED):
            # The line that closes says nothing of a rating; the one that invites to it does.
            title = "" if "评价" in content.text else str(rating.get("title") or "")
            return "\n\n".join(part for part in (content.text, title) if part)
        case TextContent() | ChoicesContent() | ActivityContent():
            return plain_text(content)
        case LocationContent():
            return f"[位置] {content.label or '地图上的位置'}\n{map_link(content)}"
        case FormContent():
            return of_form(content, at.form)
        case FileContent():  # pragma: no cover - shown as a file, see show()
            return file_line(content)


def _items(content: Content, message_id: str) -> list[tuple[str, str]]:
    """What can be tapped on: ids and labels."""
    if isinstance(content, ActivityContent):
        rating = content.data.get(ASKED)
        if not rating:
            return []
        return [
            (rating_item(rating["service"], level["score"]), level["label"])
            for level in rating["levels"]
        ]
    choices = offered_choices(content)
    return [(choice_item(message_id, n), choice.label) for n, choice in enumerate(choices)]


def _list(
    head: str, items: Sequence[tuple[str, str]], labels: Sequence[str], looks: Looks
) -> tuple[tuple[Bubble, ...], bool]:
    """A list to tap on, or where that does not go a numbered one; whether it is numbered."""
    if looks.menus and _fits_menu(head, labels, looks):
        menu = tuple((item, label) for (item, _), label in zip(items, labels, strict=True))
        return (MenuBubble(head, menu),), False
    if size(head) > looks.menu_head and not head.endswith("："):
        # A long result has numbered lines of its own; the choices are none of them.
        head = f"{head}\n\n{CHOOSE}"
    lines = [f"{n}. {label}" for n, label in enumerate(labels, start=1)]
    return _split("\n".join([head, *lines, "（回复序号即可选择）"])), True


def _fits_menu(head: str, labels: Sequence[str], looks: Looks) -> bool:
    sizes = [size(label) for label in labels]
    return (
        size(head) <= looks.menu_head
        and size(head) + sum(sizes) <= MAX_BYTES
        and len(labels) <= looks.menu_items
        and all(0 < each <= looks.menu_item for each in sizes)
    )


def _texts(
    content: Content, message_id: str, text: str, looks: Looks, at: Addresses, *, own: bool
) -> tuple[Bubble, ...]:
    if looks.cards and _too_long(content, text, own=own):
        return (_card(content, message_id, text, at),)
    return _split(text)


def _split(text: str) -> tuple[Bubble, ...]:
    return tuple(TextBubble(part) for part in split_text(text))


def _too_long(content: Content, text: str, *, own: bool) -> bool:
    if size(text) <= MOST_BUBBLES * MAX_BYTES // 2:
        return False  # whatever the places where it breaks
    on_page = isinstance(content, AnswerContent) or (written(content) and not own)
    return on_page and len(split_text(text)) > MOST_BUBBLES


def _card(content: Content, message_id: str, text: str, at: Addresses) -> CardBubble:
    title, description = gist(content, text)
    return CardBubble(
        title=shortened(harmless(title), TITLE_BYTES),
        description=f"{shortened(harmless(description), DESCRIPTION_BYTES)}（{OPEN_IT}）",
        url=at.answer(message_id),
    )


def _file(content: FileContent, looks: Looks, at: Addresses) -> Bubble:
    """Shown in the chat where the service takes it; else a link that opens a page with it."""
    ours = content.url.startswith(f"{FILES}/")
    if ours and _takes(looks.media.get(content.type), content):
        return MediaBubble(content.type, content.attachment_id, name=content.name)
    return file_link(content, at, ours=ours)


def file_link(content: FileContent, at: Addresses, *, ours: bool = True) -> TextBubble:
    """What stands for a file that the service does not take."""
    address = content.url if "://" in content.url else at.public_url.rstrip("/") + content.url
    shown = at.file(content.attachment_id) if ours else address
    return TextBubble(f"{harmless(file_line(content))}\n点这里查看：{shown}")


def _takes(fits: Fits | None, content: FileContent) -> bool:
    return (
        fits is not None
        and (fits.types is None or content.media_type in fits.types)
        and 0 < content.size <= fits.most_bytes
        and (fits.most_seconds is None or (content.seconds or 0) <= fits.most_seconds)
    )
