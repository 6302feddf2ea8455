"""How a website's widget looks and opens, as data: one appearance for all inboxes, and those of single ones.

Told to everybody (`GET /api/v1/widget/{inbox}`, `session.ready`), so nothing secret belongs here.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

CONFIG_NAME = "web.widget"
# White letters stand on the colour, and the colour's own letters on white: WCAG 2.1, 1.4.3, level AA.
MIN_CONTRAST = 4.5
_LOGO = re.compile(
    r"/api/v1/widget-logos/[0-9a-f]{64}\.(png|jpg)|https://[^\s\"'<>\\]{4,480}", re.ASCII
)


def contrast_with_white(colour: str) -> float:
    """The contrast ratio (1..21) of `#rrggbb` and white, after WCAG 2.1."""
    return 1.05 / (_luminance(colour) + 0.05)


def darkened(colour: str) -> str:
    """The same hue, as dark as white letters on it need."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    for share in range(100, -1, -2):
        darker = f"#{red * share // 100:02x}{green * share // 100:02x}{blue * share // 100:02x}"
        if contrast_with_white(darker) >= MIN_CONTRAST:
            return darker
    raise AssertionError("black has contrast enough")


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _readable(colour: str) -> str:
    if contrast_with_white(colour) < MIN_CONTRAST:
        raise ValueError(f"这个颜色太浅，白字看不清，可以改用 {darkened(colour)}")
    return colour


def _logo(address: str) -> str:
    if address and not _LOGO.fullmatch(address):
        raise ValueError("图标请上传图片，或填写 https:// 开头的图片地址")
    return address


Colour = Annotated[
    str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True), AfterValidator(_readable)
]
Logo = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_logo)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Pattern = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[/*]\S*$", max_length=200)
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WidgetTexts(_Part):
    """`title`: over the window. `bubble`: on the button. `greeting`: one line beside the closed button, to invite.

    An empty one is the widget's own in the citizen's language; an empty greeting is none.
    """

    title: Line = Field("", max_length=20)
    bubble: Line = Field("", max_length=12)
    greeting: Line = ""


class Opening(_Part):
    """When the window opens by itself: never, at once, or after some seconds. A citizen who closed it is left alone.

    `pages`: only where the path of the page's address matches one of these, `*` standing for anything; none: on all.
    """

    when: Literal["never", "at_once", "after"] = "never"
    seconds: int = Field(10, ge=1, le=600)
    pages: list[Pattern] = Field(default_factory=list, max_length=50)
    # The window takes the whole screen of a phone.
    on_phones: bool = False


class BusinessEntry(_Part):
    """One button on opening: what it says and what is asked by pressing it."""

    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=12)]
    ask: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class InboxWidget(_Part):
    """`side_px`, `bottom_px`: the button's distance from the window's edges; on phones at most 16 from the side.

    `texts_en` are for pages in English.
    """

    colour: Colour = "#14579e"
    logo: Logo = ""
    side: Literal["right", "left"] = "right"
    side_px: int = Field(24, ge=0, le=400)
    bottom_px: int = Field(24, ge=0, le=400)
    texts: WidgetTexts = WidgetTexts()
    texts_en: WidgetTexts = WidgetTexts()
    opening: Opening = Opening()
    entries: list[BusinessEntry] = Field(default_factory=list, max_length=8)


class WidgetSettings(_Part):
    """`inboxes`: those that differ from `default`, by their id."""

    default: InboxWidget = InboxWidget()
    inboxes: dict[str, InboxWidget] = Field(default_factory=dict, max_length=200)

    def of(self, inbox_id: str) -> InboxWidget:
        return self.inboxes.get(inbox_id, self.default)
