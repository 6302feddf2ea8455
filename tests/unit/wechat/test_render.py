"""What each kind of content looks like on WeChat."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.tencent.plain import markdown_to_text
from channels.tencent.split import MAX_BYTES, size
from channels.wechat.render import MenuBubble, Rendered, TextBubble, cite, render
from core.conversation.content import (
    ActivityContent,
    AnswerContent,
    Choice,
    ChoicesContent,
    Citation,
    Content,
    FileContent,
    FormContent,
    LocationContent,
    Table,
    TextContent,
)
from simulators.wechat.api.custom import deliver
from simulators.wechat.state import official

RULE = Citation(document="住房公积金管理条例", number="国务院令第710号", clause="第二十四条第一款")


def shown(content: Content, *, menus: bool = True) -> Rendered:
    return render(content, message_id="m1", public_url="https://gjj.example", menus=menus)


def test_an_editors_own_text_for_wechat_stands_in_place_of_the_answer() -> None:
    own = answer("| 表 |\n| --- |").model_copy(update={"variants": {"wechat": "简答"}})
    assert shown(own).bubbles == [TextBubble(f"简答\n\n依据：{RULE}")]
    own = answer("长").model_copy(
        update={"variants": {"wechat": "简答\n\n附件：\n表.pdf：/api/v1/a"}}
    )
    assert "表.pdf：https://gjj.example/api/v1/a\n" in str(shown(own).bubbles[0].text)  # type: ignore[union-attr]


def test_links_to_our_own_server_are_written_out_in_full() -> None:
    text = "[表](/a/b.pdf) ![图](/c.png) [外](//evil.example) [站](https://x.example)"
    assert markdown_to_text(text, base="https://gjj.example/") == (
        "表（https://gjj.example/a/b.pdf） [图]（https://gjj.example/c.png） "
        "外（//evil.example） 站（https://x.example）"
    )
    assert "https://gjj.example/a/b.pdf" in str(shown(answer(text)).bubbles)


def answer(text_md: str, *, following: tuple[str, ...] = ()) -> AnswerContent:
    return AnswerContent(
        text_md=text_md, article_id="a", score=0.9, citations=[RULE], next=list(following)
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (TextContent(text="您好"), "您好"),
        (ActivityContent(kind="handed_off", text="正在为您转人工"), "正在为您转人工"),
        (LocationContent(latitude=1, longitude=2, label="东城区服务厅"), "[位置] 东城区服务厅"),
        (FormContent(data={}), "[表单] 请在网页版中填写。"),
        (
            FileContent(
                type="image",
                attachment_id="1",
                url="/f/1",
                name="a.png",
                size=1,
                media_type="image/png",
            ),
            "[图片] a.png\nhttps://gjj.example/f/1",
        ),
    ],
)
def test_content_becomes_one_text(content: Content, text: str) -> None:
    assert shown(content) == Rendered([TextBubble(text)])


def test_an_answer_is_plain_text_with_its_legal_basis() -> None:
    rendered = shown(answer("**可以**。\n\n1. 连续缴存3个月\n2. 无自有住房"))
    text = "可以。\n1. 连续缴存3个月\n2. 无自有住房\n\n依据：《住房公积金管理条例》（国务院令第710号）第二十四条第一款"
    assert rendered.bubbles == [TextBubble(text)]


def test_what_to_ask_next_can_be_tapped_on_in_the_same_bubble() -> None:
    (bubble,) = shown(answer("可以。", following=("要哪些材料", "多久到账"))).bubbles
    assert isinstance(bubble, MenuBubble)
    assert bubble.head.endswith("您可能还想问：")
    assert "依据：" in bubble.head
    assert bubble.items == (("m1:0", "要哪些材料"), ("m1:1", "多久到账"))


def test_choices_are_a_list_to_tap_on() -> None:
    content = ChoicesContent(
        text="您想问哪一个？", choices=[Choice(label="租房提取", value="租房可以提取吗")]
    )
    payload = shown(content).bubbles[0].payload("o1")
    assert payload == {
        "touser": "o1",
        "msgtype": "msgmenu",
        "msgmenu": {
            "head_content": "您想问哪一个？",
            "list": [{"id": "m1:0", "content": "租房提取"}],
            "tail_content": "",
        },
    }


@pytest.mark.parametrize(
    ("labels", "menus"),
    [(["甲", "乙"], False), ([str(n) for n in range(11)], True), (["长" * 43], True), ([""], True)],
)
def test_choices_that_fit_no_menu_are_numbered(labels: list[str], menus: bool) -> None:
    content = ChoicesContent(
        text="选一个", choices=[Choice(label=label, value="v") for label in labels]
    )
    rendered = shown(content, menus=menus)
    assert rendered.numbered
    (bubble,) = rendered.bubbles
    assert isinstance(bubble, TextBubble)
    assert f"1. {labels[0]}\n" in bubble.text


def test_a_menu_whose_parts_fit_but_whose_whole_does_not_is_numbered() -> None:
    choices = [Choice(label="长" * 42, value=str(n)) for n in range(10)]
    assert shown(ChoicesContent(text="选" * 260, choices=choices)).numbered is False
    assert shown(ChoicesContent(text="选" * 270, choices=choices)).numbered is True


def test_a_long_answer_is_split_and_its_list_stays_complete() -> None:
    rendered = shown(answer("公积金的规定很长。" * 300, following=("多久到账",)))
    texts = [bubble.text for bubble in rendered.bubbles if isinstance(bubble, TextBubble)]
    assert len(texts) == len(rendered.bubbles) == 5
    assert all(size(text) <= MAX_BYTES for text in texts)
    assert rendered.numbered
    assert "1. 多久到账" in texts[-1]


LABELS = st.text(min_size=1, max_size=60).filter(str.strip)


@given(
    st.text(min_size=1, max_size=1500).filter(str.strip),
    st.lists(LABELS, max_size=12),
    st.booleans(),
)
def test_the_simulator_takes_whatever_is_rendered(
    text: str, labels: list[str], menus: bool
) -> None:
    choices = [Choice(label=label, value=label) for label in labels]
    rendered = shown(ChoicesContent(text=text, choices=choices), menus=menus)
    assert rendered.bubbles
    account = official(lambda: 0.0)
    for bubble in rendered.bubbles:
        citizen = account.citizen("o1")
        citizen.subscribed = True
        citizen.quota.open("message", 0.0)
        assert deliver(account, bubble.payload("o1")) == 0


def test_chinese_is_not_escaped_by_our_json() -> None:
    # What httpx does with `json=`: WeChat would show the citizen the escapes.
    payload = shown(TextContent(text="您好")).bubbles[0].payload("o1")
    assert "您好" in json.dumps(payload, ensure_ascii=False)


def test_citations_are_joined_and_optional() -> None:
    assert cite([]) == ""
    other = Citation(document="《社会保险法》", link="https://a.example")
    assert cite([RULE, other]).endswith("\n《社会保险法》 https://a.example")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("见[官网](https://a.cn)和<https://b.cn>", "见官网（https://a.cn）和https://b.cn"),
        ("条件：\n- 甲\n  1. 乙\n- 丙\n\n完", "条件：\n· 甲\n  1. 乙\n· 丙\n\n完"),
        ("# 标题\n正文", "标题\n\n正文"),
        ("|项目|金额|\n|-|-|\n|租房|1500|", "项目 | 金额\n租房 | 1500"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("![图](https://a.cn/1.png)", "[图]（https://a.cn/1.png）"),
        ("```\na\n b\n```", "a\n b"),
        ("3. 三\n4. 四", "3. 三\n4. 四"),
        ("", ""),
    ],
)
def test_markdown_loses_its_marks_and_nothing_else(markdown: str, text: str) -> None:
    assert markdown_to_text(markdown) == text


def test_a_table_comes_as_lines_and_its_choices_as_a_list() -> None:
    table = Table(caption="还款表", columns=["月", "月供"], rows=[["1", "4,003"], ["12", "980"]])
    rendered = shown(
        ChoicesContent(text="每月：", choices=[Choice(label="转人工", value="转人工")], table=table)
    )
    (bubble,) = rendered.bubbles
    assert isinstance(bubble, MenuBubble)
    assert (
        bubble.head.split("\n\n")[1].replace("\u2007", " ")
        == "还款表\n月｜ 月供\n1 ｜4,003\n12｜  980"
    )


def test_a_picture_of_ours_comes_as_an_address_to_open() -> None:
    picture = FileContent(
        type="image", attachment_id="a", url="/api/v1/pictures/x.y.png", name="还款对比图",
        size=1, media_type="image/png",
    )  # fmt: skip
    (bubble,) = shown(picture).bubbles
    assert bubble == TextBubble("[图片] 还款对比图\nhttps://gjj.example/api/v1/pictures/x.y.png")
