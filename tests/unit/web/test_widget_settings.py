"""A widget's settings: what can be read, what may stand in them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.conversation.widget import (
    MIN_CONTRAST,
    InboxWidget,
    WidgetSettings,
    contrast_with_white,
    darkened,
)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    # The palest grey WCAG's own tools let through on white.
    assert contrast_with_white("#767676") >= MIN_CONTRAST > contrast_with_white("#777777")


@pytest.mark.parametrize("pale", ["#ffcc00", "#00ff00", "#ffffff", "#7fb3ff", "#ff6666"])
def test_a_pale_colour_is_refused_with_one_that_will_do(pale: str) -> None:
    with pytest.raises(ValidationError) as refused:
        InboxWidget(colour=pale)
    better = darkened(pale)
    assert better in str(refused.value)
    assert InboxWidget(colour=better).colour == better


def test_a_dark_colour_stays_as_it_is_and_capitals_do_not_matter() -> None:
    assert InboxWidget(colour="#14579E").colour == darkened("#14579e") == "#14579e"


@pytest.mark.parametrize(
    "logo",
    ["http://a.cn/x.png", "javascript:alert(1)", "data:image/png;base64,AA", "//a.cn/x.png", "https://a b/x",
     "/api/v1/widget-logos/../accounts", 'https://a.cn/"onerror="', "https://a.cn/x\ny"],
)  # fmt: skip
def test_a_logo_is_ours_or_a_secure_address(logo: str) -> None:
    with pytest.raises(ValidationError):
        InboxWidget(logo=logo)


def test_an_inbox_without_its_own_settings_has_the_common_ones() -> None:
    settings = WidgetSettings(inboxes={"b": InboxWidget(side="left")})
    assert (settings.of("a").side, settings.of("b").side) == ("right", "left")


@pytest.mark.parametrize("page", ["gjj/*", "https://a.cn/", "", "/a b"])
def test_a_page_pattern_begins_at_the_root_or_with_anything(page: str) -> None:
    with pytest.raises(ValidationError):
        InboxWidget.model_validate({"opening": {"pages": [page]}})
