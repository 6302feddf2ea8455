"""Whether a sentence asks for a person: wishes, refusals, and words that only look like either."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.rules.settings import KeywordSettings
from handoff.rules.wording import declines, find_wish

SETTINGS = KeywordSettings()

WISHES = [
    "转人工", "人工", "人工客服", "我要转人工", "转 人 工", "转人工！！！", "人工人工人工",
    "你好，人工", "请帮我转接人工客服", "能不能转人工", "可以转人工吗", "要不要转人工啊",
    "为什么不给我转人工", "怎么不转人工", "有人工吗", "有没有人工客服", "没有人工客服吗",
    "不要机器人，要人工", "不要机器人要人工", "我不想跟机器人说话，给我找个真人",
    "不想等了转人工", "你不是人，我要找活人", "转工作人员", "转人工作人员",
    "麻烦帮我接一下人工服务", "人工智能太笨了，转人工", "客服", "我想咨询人工客服",
    "人工客服在吗", "不能转人工吗", "ＺＨ转人工", "联系人工客服", "人工服务怎么转",
    "不用机器人，转人工", "算了，转人工", "不得不转人工了", "我非要转人工", "切换人工客服",
    "别废话，转人工", "不要再让我选了，转人工", "不是，我要转人工",
    "不用转人工，算了还是转人工吧", "轉人工", "“转人工”", "帮我转一下人工",
    "能不能换个真人跟我说", "叫你们客服来", "可以和活人聊吗", "转公积金中心的工作人员",
    "找你们的业务员", "请真人接待", "接线员", "在线人工客服", "你们不是可以转人工吗",
]  # fmt: skip

REFUSALS = [
    "不用转人工", "不要人工", "不要转人工", "别转人工", "不需要人工客服", "先不转人工",
    "先不用转人工了", "暂时不转人工", "转人工就不用了", "人工就算了", "人工客服就不用了，谢谢",
    "我不想转人工", "我不是要转人工", "不用给我转人工", "不用帮我转人工了", "无需人工服务",
    "取消转人工", "我没说要转人工", "不要再转人工了", "别动不动就转人工",
    "转人工，算了不用转人工", "不用找人工", "不必找真人了", "我不要真人", "不要客服",
    "不想找客服", "不是想跟真人说话", "不要给我转一下人工", "不要“转人工”", "【不用转人工】",
]  # fmt: skip

MENTIONS = [
    "个人工资怎么查", "本人工作单位变了怎么办", "我想找人工作", "需要人工资证明吗",
    "工人工伤怎么认定", "人工流产有生育津贴吗", "人工智能是什么", "人工审核要几天",
    "人工窗口几点上班", "人工客服几点上班", "人工客服电话是多少", "人工服务时间",
    "你是人工客服吗", "昨天人工客服说可以提取", "个人工商户怎么缴存", "人工关节医保报销吗",
    "客服电话是多少", "公积金转移", "公积金没有转到个人工资卡", "转个人工龄怎么算",
    "把公积金转到个人账户", "联系客服电话是多少", "我和工作人员沟通过了", "需要工作人员签字吗",
    "请客服务员吃饭", "你不是真人吧", "来人工授精能报销吗", "接个人工资条", "", "   ", "？？？",
]  # fmt: skip


@pytest.mark.parametrize("text", WISHES)
def test_a_wish_for_a_person_is_found(text: str) -> None:
    assert find_wish(text, SETTINGS) is not None
    assert not declines(text, SETTINGS)


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refused_person_is_no_wish(text: str) -> None:
    assert find_wish(text, SETTINGS) is None
    assert declines(text, SETTINGS)


@pytest.mark.parametrize("text", MENTIONS)
def test_words_that_only_look_like_it_are_neither(text: str) -> None:
    assert find_wish(text, SETTINGS) is None
    assert not declines(text, SETTINGS)


# What stands before and after must not change what the middle says.
_AROUND = st.sampled_from(["", "你好，", "我问了三遍了。", "谢谢你，", "  ", "🙂 ", "唉！\n"])


@given(
    before=_AROUND, wish=st.sampled_from(WISHES), after=st.sampled_from(["", "。", "！！", " 😡"])
)
def test_a_wish_stays_one_with_other_clauses_around_it(before: str, wish: str, after: str) -> None:
    assert find_wish(before + wish + after, SETTINGS) is not None


@given(
    negation=st.sampled_from(["不用", "不要", "别", "不需要", "不想", "不必", "无需", "先不用"]),
    filler=st.sampled_from(["", "再", "给我", "帮我", "现在", "麻烦你"]),
    keyword=st.sampled_from(["转人工", "转接人工", "找人工", "转客服", "找真人"]),
    particle=st.sampled_from(["", "了", "啦", "，谢谢", "！"]),
)
def test_every_negated_request_is_a_refusal(
    negation: str, filler: str, keyword: str, particle: str
) -> None:
    text = f"{negation}{filler}{keyword}{particle}"
    assert find_wish(text, SETTINGS) is None, text
    assert declines(text, SETTINGS), text


@given(
    verb=st.sampled_from(["要", "能", "用", "想", "是"]),
    keyword=st.sampled_from(["转人工", "找人工", "转客服"]),
)
def test_a_question_of_the_form_a_not_a_is_no_refusal(verb: str, keyword: str) -> None:
    assert not declines(f"{verb}不{verb}{keyword}", SETTINGS)


@given(st.text(max_size=200))
def test_any_text_at_all_is_judged_without_an_error(text: str) -> None:
    wish = find_wish(text, SETTINGS)
    assert not (wish is not None and declines(text, SETTINGS))


@pytest.mark.timeout(5)
@pytest.mark.parametrize("part", ["不要", "转人工", "不要转", "你好", "人工", "为什么", "要不要"])
def test_the_longest_message_is_judged_quickly(part: str) -> None:
    find_wish(part * (4000 // len(part)), SETTINGS)


@pytest.mark.parametrize(
    "text",
    [word * (4000 // len(word)) for word in ("不用转人工", "不转人工", "人工客服", "了", "不要再帮我转人工", "怎么")]
    + [
        "了" * 3990 + "转人工",
        "转人工" + "不用" * 1990,
        "人工客服" + "的" * 3990,
        "转，" * 2000,
        "1，" * 2000,
    ],
    ids=lambda text: text[:10],
)  # fmt: skip
def test_the_longest_message_is_judged_at_once(text: str) -> None:
    """All conversations of a server wait for it: patterns that try every length at every place would stop them."""
    started = time.process_time()
    find_wish(text, SETTINGS)
    declines(text, SETTINGS)
    assert time.process_time() - started < 0.4
