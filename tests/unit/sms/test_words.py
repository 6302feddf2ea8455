"""What is a mobile number, what a template needs, when a text may go out."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from core.sms.delivery import next_opening
from core.sms.phones import PhoneInvalid, masked, mobile
from core.sms.sealing import Sealer, TextUnreadable
from core.sms.settings import SmsHours, SmsSettings
from core.sms.templates import CODE, MAX_PARAM, TEMPLATES, TemplateUnknown, checked


@pytest.mark.parametrize(
    "typed",
    [
        "13812341234", " 138 1234 1234 ", "138-1234-1234", "+86 13812341234", "8613812341234", "0086 138 1234 1234",
        "１３８１２３４１２３４", "\u202d13812341234\u202c",
    ],
)  # fmt: skip
def test_a_number_is_known_however_it_is_typed(typed: str) -> None:
    assert mobile(typed) == "13812341234"


@pytest.mark.parametrize(
    "typed",
    [
        "", "12812341234", "1381234123", "138123412345", "02812345678", "我的电话13812341234",
        "13812341234,13912341234", "1381234123a", "+1 13812341234", "13812341234" * 50, "1" + "３" * 3,
    ],
)  # fmt: skip
def test_what_is_no_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(PhoneInvalid) as refused:
        mobile(typed)
    assert typed == "" or typed not in str(refused.value.as_dict())


def test_a_number_is_shown_in_part() -> None:
    assert masked("13812341234") == "138****1234"


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda each: each.name)
def test_every_example_fills_its_template(template: object) -> None:
    known = TEMPLATES[template.name]  # type: ignore[attr-defined]
    filled = known.fill(checked(known.name, known.example))
    assert "{" not in filled
    assert all(value in filled for value in known.example.values())


def test_a_template_takes_its_own_variables_only() -> None:
    for name, params in (
        (CODE, {"code": "1"}),
        (CODE, {"code": "1", "minutes": "5", "x": "y"}),
        ("no", {}),
    ):
        with pytest.raises(TemplateUnknown):
            checked(name, params)


def test_a_variable_is_one_line_and_not_longer_than_providers_take() -> None:
    found = checked("left_message_answer", {"number": "a\n b" + "c" * 100})
    assert found == {"number": ("a b" + "c" * 100)[:MAX_PARAM]}


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-23 00:00", "2026-11-23 00:00"),  # 8:00 in China
        ("2026-11-22 23:59", "2026-11-23 00:00"),
        ("2026-11-23 12:59", "2026-11-23 12:59"),
        ("2026-11-23 13:00", "2026-11-24 00:00"),  # 21:00 in China
        ("2026-11-23 16:30", "2026-11-24 00:00"),
    ],
)
def test_texts_nobody_waits_for_go_out_within_the_hours(at: str, opening: str) -> None:
    hours = SmsHours(begin=time(8), end=time(21))
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert next_opening(hours, now) == datetime.fromisoformat(opening).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        {"provider": "pigeon"},
        {"sign_name": "【公积金】"},
        {"templates": {"unknown": "1"}},
        {"templates": {"code": "1; drop"}},
        {"hours": {"begin": "21:00", "end": "08:00"}},
        {"codes": {"tries": 0}},
        {"tencent": {"sdk_app_id": "abc"}},
        {"secret": "x"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        SmsSettings.model_validate(wrong)


def test_what_is_sealed_opens_only_for_its_own_row_and_key() -> None:
    sealer = Sealer("secret key of the installation")
    sealed = sealer.seal("a", {"phone": "13812341234"})
    assert "1381234" not in sealed
    assert sealer.open("a", sealed) == {"phone": "13812341234"}
    for other, subject in ((sealer, "b"), (Sealer("another"), "a")):
        with pytest.raises(TextUnreadable):
            other.open(subject, sealed)


def test_digests_of_phones_codes_and_addresses_have_keys_of_their_own() -> None:
    sealer = Sealer("secret key of the installation")
    found = {
        sealer.mark("1"), sealer.code("1", ""), sealer.callback("1"), Sealer("another").mark("1"),
        sealer.code("", "1"),
    }  # fmt: skip
    assert len(found) == 5
