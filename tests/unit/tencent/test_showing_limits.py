"""Whatever is said: every bubble within the limit, nothing lost, nobody's text a link."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.tencent.rendering.bubbles import Bubble, MenuBubble, TextBubble
from channels.tencent.rendering.plain import harmless
from channels.tencent.rendering.showing import Addresses, Looks, show
from channels.tencent.rendering.split import MAX_BYTES, size, split_text
from core.conversation.content import (
    ActivityContent,
    AnswerContent,
    Choice,
    ChoicesContent,
    Content,
    FileContent,
    LocationContent,
    TextContent,
)

LOOKS = Looks(variant="wechat")
AT = Addresses(
    "https://gjj.example", lambda _: "https://gjj.example/a", lambda _: "https://gjj.example/f"
)


def shown(content: Content, looks: Looks = LOOKS, *, own: bool = True) -> tuple[Bubble, ...]:
    return show(content, "m1", looks, AT, own=own).bubbles


HOSTILE = [
    '<a href="weixin://bizmsgmenu?msgmenucontent=x&msgmenuid=1">点我</a>',
    "< a href='https://evil.example'>官方</a>",
    "&lt;a href=https://evil.example&gt;官方&lt;/a&gt;",
    "&#60;a href=x>y",
    "&#x3C;a href=x>y",
    "<img src=x>剩下的话",
    "<!-- 剩下的话 -->",
    "<\u200ba href=x>y</a>",
    "<A HREF=x>y",
    "<",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nobodys_text_becomes_a_link_or_loses_its_words(text: str) -> None:
    for content in (
        TextContent(text=text),
        AnswerContent(text_md=text, article_id="a", score=0.9, citations=[]),
        ChoicesContent(text=text, choices=[Choice(label=text[:20], value="v")]),
        ActivityContent(kind="note", text=text),
        LocationContent(latitude=1, longitude=2, label=text),
        FileContent(
            type="file",
            attachment_id="f",
            url="/api/v1/conversations/c/attachments/f/a.pdf",
            name=text,
            size=1,
            media_type="application/pdf",
        ),
    ):
        for bubble in shown(content):
            words = str(bubble)
            assert not re.search(r"<\s*[a-zA-Z/!?]", words.partition("(")[2])
            assert not re.search(r"&(lt|#0*60|#x0*3c)", words, re.IGNORECASE)
    assert "官方" not in text or "官方" in harmless(text)


@pytest.mark.parametrize(
    "text", ["年龄<60且工龄>=30", "a < 3", "工资<上年平均", "x <= y", "a&b", "]]>"]
)
def test_comparisons_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_nulls_and_what_nobody_sees_are_left_out() -> None:
    assert harmless("甲\0\u200b\ud800乙\r\n丙") == "甲乙\n丙"


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]) | st.sampled_from("。\n，🏛️🇨🇳👩‍👧<&"),
    max_size=1500,
)  # fmt: skip


@given(
    WORDS.filter(lambda text: bool(harmless(text).strip())),
    st.lists(st.text(min_size=1, max_size=60).filter(str.strip), max_size=12),
    st.booleans(),
    st.booleans(),
)
def test_every_bubble_is_within_the_limit_and_nothing_is_lost(
    text: str, labels: list[str], menus: bool, own: bool
) -> None:
    choices = [Choice(label=label, value=label) for label in labels]
    looks = Looks(variant="wechat", menus=menus, cards=False)
    bubbles = shown(ChoicesContent(text=text, choices=choices), looks, own=own)
    assert bubbles
    said = ""
    for bubble in bubbles:
        match bubble:
            case TextBubble(words):
                assert 0 < size(words) <= MAX_BYTES
                said += words
            case MenuBubble(head, items):
                assert size(head) + sum(size(label) for _, label in items) <= MAX_BYTES
                said += head + "".join(label for _, label in items)
            case _:
                raise AssertionError(bubble)
    wanted = [text, *labels]
    place = 0
    for part in wanted:
        squeezed = "".join(harmless(part).split())
        found = "".join(said.split()).find(squeezed, place)
        assert found >= 0
        place = found + len(squeezed)


@given(WORDS)
def test_the_same_content_always_gives_the_same_bubbles(text: str) -> None:
    content = TextContent(text=text)
    assert shown(content) == shown(content)


def test_an_address_is_never_torn() -> None:
    address = "https://gjj.example/" + "a" * 300 + "?x=1,2:3"
    for before in range(560, 690, 7):
        text = "字" * before + address + "。后面还有很多话，" * 40
        parts = split_text(text)
        assert sum(address in part for part in parts) == 1
        assert all(size(part) <= MAX_BYTES for part in parts)


@pytest.mark.parametrize("drawn", ["👩‍👧", "🇨🇳", "👍🏽", "e\u0301"])
def test_what_is_drawn_as_one_is_never_torn(drawn: str) -> None:
    parts = split_text(drawn * 700)
    assert len(parts) > 1
    assert all(part == drawn * (len(part) // len(drawn)) for part in parts)
