"""The menu we build is one WeChat takes, by its own rules as the simulator knows them, whatever the questions are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from channels.wechat.menu import MenuConfig, build_menu, shorten
from core.conversation.ports import HotQuestion
from simulators.wechat.menu import check

KEYS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True).filter(lambda k: len(k) <= 96)
QUESTIONS = st.builds(HotQuestion, KEYS, st.text(min_size=2, max_size=200).filter(str.strip))


@given(st.lists(QUESTIONS, max_size=10))
def test_wechat_takes_every_menu_we_build(hot: list[HotQuestion]) -> None:
    config = MenuConfig.model_validate(
        {
            "buttons": [
                {"name": "热门", "hot": True},
                {
                    "name": "办事",
                    "items": [
                        {"name": "网厅", "url": "https://a.example"},
                        {"name": "热门", "hot": True},
                    ],
                },
                {"name": "人工", "items": [{"name": "转人工"}, {"name": "热门", "hot": True}]},
            ]
        }
    )
    assert check(build_menu(config, hot)) == 0


def test_more_than_five_questions_end_with_a_way_to_all() -> None:
    hot = [HotQuestion(f"q{n}", f"问题{n}") for n in range(6)]
    items = build_menu(MenuConfig(), hot)["button"][0]["sub_button"]
    assert [item["key"] for item in items] == ["ask:q0", "ask:q1", "ask:q2", "ask:q3", "HOT"]


def test_a_menu_of_the_first_release_is_still_the_same() -> None:
    others = [{"name": "办事", "url": "https://a.example"}, {"name": "人工", "say": "转人工"}]
    first = MenuConfig.model_validate({"title": "常问", "others": others})
    assert [button["name"] for button in build_menu(first, [])["button"]] == [
        "常问",
        "办事",
        "人工",
    ]
    last = MenuConfig.model_validate({"place": "last", "others": others})
    assert build_menu(last, [])["button"][2] == {"type": "click", "name": "热门问题", "key": "HOT"}
    assert MenuConfig.model_validate(last.model_dump(mode="json")) == last


def test_an_item_opens_a_page_of_a_mini_program() -> None:
    app = {"app_id": "wx12345678", "page": "pages/home/index", "url": "https://a.example"}
    config = MenuConfig.model_validate({"buttons": [{"name": "办事", "app": app}]})
    assert build_menu(config, [])["button"] == [
        {
            "type": "miniprogram", "name": "办事", "url": "https://a.example", "appid": "wx12345678",
            "pagepath": "pages/home/index",
        }
    ]  # fmt: skip


@given(st.text(max_size=100))
def test_a_name_is_cut_within_its_bytes_and_between_characters(text: str) -> None:
    cut = shorten(text, 60)
    assert len(cut.encode()) <= 60
    assert cut == text or cut.endswith("…")


@pytest.mark.parametrize(
    "config",
    [
        {"buttons": [{"name": "热门问题和解答"}]},  # 21 bytes
        {"buttons": [{"name": " "}]},
        {"buttons": []},
        {"buttons": [{"name": "一"}, {"name": "二"}, {"name": "三"}, {"name": "四"}]},
        {"buttons": [{"name": "一", "items": [{"name": str(n)} for n in range(6)]}]},
        {"buttons": [{"name": "一", "items": [{"name": "二"}], "hot": True}]},
        {"buttons": [{"name": "一", "url": "javascript:alert(1)"}]},
        {"buttons": [{"name": "一", "url": "https://a.example", "hot": True}]},
        {"buttons": [{"name": "一", "app": {"app_id": "wx12345678", "page": "pages/a"}}]},
        {"buttons": [{"name": "一", "say": "话" * 42}]},
        {"buttons": [{"name": "一", "key": "X"}]},
        {"others": [{"name": "一"}, {"name": "二"}, {"name": "三"}]},
        {"others": "一"},
        {"others": [], "place": "middle"},
    ],
)
def test_a_menu_wechat_would_refuse_cannot_be_configured(config: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MenuConfig.model_validate(config)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 40016),
        ({"button": []}, 40016),
        ({"button": [{"name": "一", "type": "click", "key": "k"}] * 4}, 40016),
        ({"button": [{"name": "六个汉字长了", "type": "click", "key": "k"}]}, 40018),
        ({"button": [{"name": "一", "type": "tap", "key": "k"}]}, 40017),
        ({"button": [{"name": "一", "type": "click", "key": "k" * 129}]}, 40019),
        ({"button": [{"name": "一", "type": "view", "url": "ftp://x"}]}, 40020),
        ({"button": [{"name": "一", "sub_button": [{"name": "二", "type": "click", "key": "k"}] * 6}]}, 40023),
        ({"button": [{"name": "一", "sub_button": [{"name": "字" * 21, "type": "click", "key": "k"}]}]}, 40025),
        ({"button": [{"name": "一", "sub_button": [{"name": "二", "type": "x", "key": "k"}]}]}, 40024),
        ({"button": [{"name": "一", "sub_button": [{"name": "二", "type": "click", "key": ""}]}]}, 40026),
        ({"button": [{"name": "一", "sub_button": [{"name": "二", "type": "view", "url": "h" * 1025}]}]}, 40027),
        ({"button": [{"name": "一", "sub_button": [{"name": "二", "sub_button": [{}]}]}]}, 40022),
        ({"button": ["一"]}, 47001),
    ],
)  # fmt: skip
def test_the_simulator_refuses_what_wechat_refuses(body: dict[str, object], code: int) -> None:
    assert check(body) == code
