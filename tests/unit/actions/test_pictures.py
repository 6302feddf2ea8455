"""Pictures: what they are labelled with, that only signed addresses are drawn, and until when."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image, ImageFont

from actions.money import percent, yuan
from actions.pictures.chart import FONT, Chart, Panel, Series, draw
from actions.pictures.content import draw_picture
from actions.pictures.endpoint import build_router
from actions.pictures.links import MAX_TOKEN, PATH, PictureExpired, PictureLinks
from actions.spans import span
from actions.tasks.painters import PAINTERS
from actions.tasks.prepayment import picture as prepayment
from actions.tasks.prepayment.compare import Running
from actions.tasks.repayment import picture as repayment
from app import http_errors
from core.clock import LOCAL_ZONE
from core.conversation.content import FileContent
from core.errors import NotFound

NOW = datetime(2026, 11, 22, 12, tzinfo=LOCAL_ZONE)
LOAN = Running("annuity", 40_0000_00, 180, Decimal("0.026"))
FIGURES = repayment.figures_of(60_0000_00, 360, Decimal("0.026"))


def links(secret: str = "s" * 32, now: Callable[[], datetime] = lambda: NOW) -> PictureLinks:
    return PictureLinks(secret, PAINTERS, now)


def token_of(address: str) -> str:
    return address.removeprefix(f"{PATH}/").removesuffix(".png")


def labels(chart: Chart) -> str:
    texts = [chart.title, chart.x_unit]
    for panel in chart.panels:
        texts += [panel.title, *(series.label for series in panel.series)]
    return "".join(texts)


def test_the_font_that_ships_has_every_character_of_the_labels() -> None:
    written = labels(repayment.plan_chart(60_0000_00, 360, Decimal("0.026")))
    written += labels(prepayment.compare_chart(LOAN, 10_0000_00))
    written += yuan(1_2345_67) + yuan(10_000_0000_00) + percent(Decimal("0.02525")) + span(17)
    font = ImageFont.truetype(str(FONT), 40)
    missing = bytes(font.getmask("\U0010ffff"))
    assert [c for c in set(written) if c.strip() and bytes(font.getmask(c)) == missing] == []


@pytest.mark.parametrize(
    ("kind", "figures"),
    [
        ("repayment", FIGURES),
        ("repayment", repayment.figures_of(1_000_00, 1, Decimal(0))),
        ("repayment", repayment.figures_of(10_000_0000_00, 360, Decimal("0.24"))),
        ("prepayment", prepayment.figures_of(LOAN, 10_0000_00)),
        ("prepayment", prepayment.figures_of(LOAN, 39_9999_00)),
    ],
)
def test_every_plan_makes_a_small_png(kind: str, figures: tuple[int | str, ...]) -> None:
    data = links().paint(kind, figures)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.width) == ("PNG", 720)
        colours = image.convert("RGB").getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 10
    assert len(data) < 60_000


def test_flat_and_tiny_figures_are_drawn_too() -> None:
    flat = Series("等额本息", [(0, 0.0), (1, 0.0)])
    assert draw(Chart("还款", [Panel("元", [flat])], "年")).startswith(b"\x89PNG")
    dot = Series("等额本息", [(0.0, 0.004)])
    assert draw(Chart("还款", [Panel("元", [dot])], "年")).startswith(b"\x89PNG")


def test_an_address_holds_its_figures_and_is_the_same_all_day() -> None:
    address = links().address("repayment", FIGURES)
    assert links().open(token_of(address)) == ("repayment", list(FIGURES))
    assert links(now=lambda: NOW + timedelta(hours=8)).address("repayment", FIGURES) == address


@pytest.mark.parametrize(
    "token", ["", "x", "x" * (MAX_TOKEN + 1), "W10.x", "../../etc/passwd", "图"]
)
def test_what_we_did_not_write_is_not_found(token: str) -> None:
    with pytest.raises(NotFound):
        links().open(token)


def test_an_address_of_another_secret_or_changed_figures_is_not_found() -> None:
    token = token_of(links(secret="t" * 32).address("repayment", FIGURES))
    with pytest.raises(NotFound):
        links().open(token)
    mine = token_of(links().address("repayment", FIGURES))
    with pytest.raises(NotFound):
        links().open(("A" if mine[5] != "A" else "B").join([mine[:5], mine[6:]]))


def test_a_picture_expires() -> None:
    token = token_of(links().address("repayment", FIGURES))
    assert links(now=lambda: NOW + timedelta(days=90)).open(token)[0] == "repayment"
    with pytest.raises(PictureExpired):
        links(now=lambda: NOW + timedelta(days=91)).open(token)


async def test_the_content_names_what_the_picture_shows() -> None:
    (content,) = await draw_picture(links(), "repayment", FIGURES, "还款对比图")
    assert isinstance(content, FileContent)
    assert (content.type, content.name, content.media_type) == ("image", "还款对比图", "image/png")
    data = links().paint("repayment", FIGURES)
    assert content.size == len(data)
    with Image.open(io.BytesIO(data)) as image:
        assert (content.width, content.height) == image.size


async def test_what_cannot_be_drawn_is_left_out() -> None:
    settled = prepayment.figures_of(LOAN, LOAN.left)
    assert await draw_picture(links(), "prepayment", settled, "图") == []
    assert await draw_picture(None, "repayment", FIGURES, "图") == []


async def test_the_route_draws_signed_addresses_only() -> None:
    app = FastAPI()
    http_errors.install(app)
    app.include_router(build_router(links()), prefix="/api/v1")
    address = links().address("repayment", FIGURES)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        found = await client.get(address)
        assert found.status_code == 200
        assert found.headers["content-type"] == "image/png"
        assert found.content == links().paint("repayment", FIGURES)
        strange = await client.get(f"{PATH}/WyJyIl0.x.png")
        assert strange.status_code == 404
        assert strange.json()["error"]["code"] == "not_found"
