"""What each kind of content becomes in a chat."""

from __future__ import annotations

import pytest

from channels.tencent.rendering.bubbles import (
    Bubble,
    CardBubble,
    MediaBubble,
    MenuBubble,
    TextBubble,
)
from channels.tencent.rendering.showing import MORE, Addresses, Fits, Looks, show
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
from core.ids import new_id

RULE = Citation(document="住房公积金管理条例", number="国务院令第710号", clause="第二十四条第一款")
AT = Addresses(
    public_url="https://gjj.example",
    answer=lambda message: f"https://gjj.example/answer/{message}",
    file=lambda attachment: f"https://gjj.example/file/{attachment}",
    form="https://gjj.example/chat/web",
)
LOOKS = Looks(
    variant="wechat",
    media={
        "image": Fits(frozenset({"image/png"}), 1000),
        "voice": Fits(frozenset({"audio/mpeg"}), 1000, most_seconds=60),
    },
)
SERVICE = new_id()
ASKS = {
    "to": "closed",
    "rating": {
        "service": SERVICE,
        "title": "请评价本次服务",
        "levels": [{"score": 5, "label": "非常满意"}, {"score": 1, "label": "非常不满意"}],
    },
}


def shown(content: Content, looks: Looks = LOOKS, *, own: bool = True) -> tuple[Bubble, ...]:
    return show(content, "m1", looks, AT, own=own).bubbles


def answer(text_md: str, *, following: tuple[str, ...] = ()) -> AnswerContent:
    return AnswerContent(
        text_md=text_md, article_id="a", score=0.9, citations=[RULE], next=list(following),
        question="租房可以提取公积金吗",
    )  # fmt: skip


def file(**more: object) -> FileContent:
    given: dict[str, object] = {
        "type": "image", "attachment_id": "f1", "url": "/api/v1/conversations/c/attachments/f1/a.png",
        "name": "a.png", "size": 10, "media_type": "image/png",
    }  # fmt: skip
    return FileContent.model_validate(given | more)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (TextContent(text="您好"), "您好"),
        (ActivityContent(kind="handed_off", text="正在为您转人工"), "正在为您转人工"),
        (answer("**可以**。"), f"可以。\n\n依据：{RULE}"),
        (
            FormContent(data={"title": "给我们留言", "text": "现在没有人在。"}),
            "现在没有人在。\n请点这里填写：https://gjj.example/chat/web",
        ),
        (
            LocationContent(latitude=30.1, longitude=120.2, label="东城区服务厅"),
            "[位置] 东城区服务厅\n"
            "https://uri.amap.com/marker?position=120.200000,30.100000&coordinate=wgs84&callnative=1",
        ),
        (
            LocationContent(latitude=30.1, longitude=120.2, system="gcj02"),
            "[位置] 地图上的位置\n"
            "https://uri.amap.com/marker?position=120.200000,30.100000&coordinate=gaode&callnative=1",
        ),
    ],
)
def test_content_becomes_one_text(content: Content, text: str) -> None:
    assert shown(content) == (TextBubble(text),)


def test_an_editors_own_text_stands_in_place_of_the_answer_with_whole_addresses() -> None:
    own = answer("| 表 |\n| --- |").model_copy(
        update={"variants": {"wechat": "简答\n\n附件：\n表.pdf：/api/v1/a"}}
    )
    (bubble,) = shown(own)
    assert isinstance(bubble, TextBubble)
    assert bubble.text == f"简答\n\n附件：\n表.pdf：https://gjj.example/api/v1/a\n\n依据：{RULE}"


def test_what_to_ask_next_can_be_tapped_on_in_the_same_bubble() -> None:
    (bubble,) = shown(answer("可以。", following=("要哪些材料", "多久到账")))
    assert isinstance(bubble, MenuBubble)
    assert bubble.head.endswith(MORE)
    assert "依据：" in bubble.head
    assert bubble.items == (("m1:0", "要哪些材料"), ("m1:1", "多久到账"))


def test_the_line_that_closes_asks_for_a_rating_in_the_same_bubble() -> None:
    (bubble,) = shown(ActivityContent(kind="closed", text="会话已结束。", data=ASKS))
    assert bubble == MenuBubble(
        "会话已结束。\n\n请评价本次服务",
        ((f"rate:{SERVICE}:5", "非常满意"), (f"rate:{SERVICE}:1", "非常不满意")),
    )
    (invited,) = shown(
        ActivityContent(kind="rating_invited", text="请您对本次服务作出评价。", data=ASKS)
    )
    assert isinstance(invited, MenuBubble)
    assert invited.head == "请您对本次服务作出评价。"


def test_where_no_list_can_be_tapped_the_levels_are_numbered() -> None:
    rendered = show(
        ActivityContent(kind="closed", text="会话已结束。", data=ASKS), "m1",
        Looks(variant="wechat", menus=False), AT,
    )  # fmt: skip
    assert rendered.numbered
    (bubble,) = rendered.bubbles
    assert isinstance(bubble, TextBubble)
    assert bubble.text.endswith("1. 非常满意\n2. 非常不满意\n（回复序号即可选择）")


@pytest.mark.parametrize(
    ("labels", "menus"),
    [(["甲", "乙"], False), ([str(n) for n in range(11)], True), (["长" * 43], True), ([""], True)],
)
def test_choices_that_fit_no_menu_are_numbered(labels: list[str], menus: bool) -> None:
    content = ChoicesContent(
        text="选一个", choices=[Choice(label=label, value="v") for label in labels]
    )
    rendered = show(content, "m1", Looks(variant="wechat", menus=menus), AT)
    assert rendered.numbered
    (bubble,) = rendered.bubbles
    assert isinstance(bubble, TextBubble)
    assert f"1. {labels[0]}\n" in bubble.text


def test_numbered_choices_stand_apart_from_a_long_result() -> None:
    choices = [Choice(label="转人工", value="转人工")]
    (bubble,) = shown(ChoicesContent(text="需要的材料：\n1. " + "证" * 400, choices=choices))
    assert isinstance(bubble, TextBubble)
    assert bubble.text.endswith("证\n\n请选择：\n1. 转人工\n（回复序号即可选择）")
    (bubble,) = shown(answer("证" * 400, following=("租房呢",)))
    assert isinstance(bubble, TextBubble)
    assert bubble.text.endswith(f"\n\n{MORE}\n1. 租房呢\n（回复序号即可选择）")


def test_a_menu_whose_parts_fit_but_whose_whole_does_not_is_numbered() -> None:
    choices = [Choice(label="长" * 42, value=str(n)) for n in range(10)]
    assert not show(ChoicesContent(text="选" * 260, choices=choices), "m1", LOOKS, AT).numbered
    assert show(ChoicesContent(text="选" * 270, choices=choices), "m1", LOOKS, AT).numbered


def test_an_answer_of_two_bubbles_is_split_and_a_longer_one_is_a_card() -> None:
    two = shown(answer("公积金的规定很长。" * 140))
    assert [type(bubble) for bubble in two] == [TextBubble, TextBubble]
    (card,) = shown(answer("公积金的规定很长。" * 250))
    assert isinstance(card, CardBubble)
    assert (card.title, card.url) == ("租房可以提取公积金吗", "https://gjj.example/answer/m1")
    assert card.description.startswith("公积金的规定很长。")
    assert card.description.endswith("…（点开看全文）")


def test_the_questions_that_follow_a_card_can_be_tapped_below_it() -> None:
    card, menu = shown(answer("公积金的规定很长。" * 250, following=("多久到账",)))
    assert isinstance(card, CardBubble)
    assert menu == MenuBubble(MORE, (("m1:0", "多久到账"),))


def test_a_long_table_is_a_card_unless_it_may_be_the_citizens_own() -> None:
    table = Table(
        caption="还款表", columns=["月", "月供"], rows=[[str(n), "4,003.40"] for n in range(300)]
    )
    content = ChoicesContent(
        text="每月：", choices=[Choice(label="转人工", value="转人工")], table=table
    )
    card, menu = shown(content, own=False)
    assert isinstance(card, CardBubble)
    assert card.title == "还款表"
    assert isinstance(menu, MenuBubble)
    assert all(isinstance(bubble, TextBubble) for bubble in shown(content, own=True))


def test_a_text_with_a_personal_number_is_never_put_on_a_page() -> None:
    long = TextContent(text="您的身份证 110101199003071233。" + "说明。" * 800)
    assert all(isinstance(bubble, TextBubble) for bubble in shown(long, own=False))
    table = Table(caption="表", columns=["姓名", "证件"], rows=[["张", "110101199003071233"]] * 200)
    listed = TextContent(text="", table=table)
    assert all(isinstance(bubble, TextBubble) for bubble in shown(listed, own=False))
    other = TextContent(text="说明。" * 800)
    assert isinstance(shown(other, own=False)[0], CardBubble)


@pytest.mark.parametrize(
    "more",
    [
        {"media_type": "image/tiff"},
        {"size": 1001},
        {"size": 0},
        {"type": "file", "media_type": "application/pdf"},
        {"type": "voice", "media_type": "audio/mpeg", "seconds": 61},
        {"type": "voice", "media_type": "audio/webm"},
    ],
)
def test_a_file_that_is_not_taken_comes_as_a_link_with_its_name(more: dict[str, object]) -> None:
    (bubble,) = shown(file(**more))
    assert isinstance(bubble, TextBubble)
    assert bubble.text.endswith("点这里查看：https://gjj.example/file/f1")


def test_a_picture_is_shown_in_the_chat() -> None:
    assert shown(file()) == (MediaBubble("image", "f1", name="a.png"),)


def test_a_picture_that_is_no_file_of_the_conversation_comes_as_its_address() -> None:
    drawn = file(url="/api/v1/pictures/x.y.png", name="还款对比图")
    assert shown(drawn) == (
        TextBubble("[图片] 还款对比图\n点这里查看：https://gjj.example/api/v1/pictures/x.y.png"),
    )
