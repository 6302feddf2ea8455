"""What an answer means, and whether a failed call may have been done."""

from __future__ import annotations

import json

import httpx
import pytest

from channels.tencent.api.exchange import (
    NOT_SENT,
    UPLOAD_WHOLE_SECONDS,
    WHOLE_SECONDS,
    Request,
    exchange,
    understood,
)
from channels.tencent.errors import ApiFailed, ApiUnsure
from channels.tencent.sending.errand import LEAST_FILE_SECONDS, SECONDS


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>please log in</html>"),
        (502, b"<html>502 Bad Gateway</html>"),
        (500, b""),
        (200, b""),
        (200, b"null"),
        (200, b"[]"),
        (200, b'"ok"'),
        (200, b"\xff\xfe\x00"),
        (200, b"[" * 100_000),
        (200, b'{"errcode":' + b"9" * 5000 + b"}"),
        (302, b""),
        (403, b"{}"),
        (500, b'{"message":"no"}'),
    ],
)
def test_what_is_not_wechats_answer_was_not_done(status: int, body: bytes) -> None:
    with pytest.raises(ApiFailed) as failed:
        understood(status, body, "errcode")
    assert not isinstance(failed.value, ApiUnsure)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"{}"),
        (200, b'{"errmsg":"ok"}'),
        (200, b'{"errcode":null}'),
        (200, b'{"errcode":"0"}'),
        (200, b'{"errcode":false}'),
        (200, b'{"errcode":0.0}'),
        (200, b'{"errcode":null,"media_id":"m"}'),
        (504, b"<html>504</html>"),
        (504, b'{"errcode":0}'),
    ],
)
def test_an_object_without_a_code_and_a_gateways_time_out_may_have_been_done(
    status: int, body: bytes
) -> None:
    with pytest.raises(ApiUnsure):
        understood(status, body, "media_id")


def test_a_right_answer_may_come_without_a_code() -> None:
    assert understood(200, b'{"media_id":"m"}', "media_id") == {"media_id": "m", "errcode": 0}


def test_raw_control_characters_in_a_nickname_are_no_mistake() -> None:
    body = b'{"openid":"o","nickname":"a\x01\nb","errcode":0}'
    assert understood(200, body, "openid")["nickname"] == "a\x01\nb"


def test_a_code_counts_whatever_the_status() -> None:
    assert understood(412, b'{"errcode":40164}', "errcode")["errcode"] == 40164


REQUEST = Request("POST", "http://wechat.test/x", {"access_token": "t1"}, {"a": 1})


async def _ask(error: Exception) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise error

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as http:
        await exchange(http, REQUEST, expect="errcode")


@pytest.mark.parametrize("kind", NOT_SENT)
async def test_what_never_went_out_is_certain(kind: type[Exception]) -> None:
    with pytest.raises(ApiFailed) as failed:
        await _ask(kind("no"))
    assert not isinstance(failed.value, ApiUnsure)


@pytest.mark.parametrize(
    "kind",
    [
        httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.WriteError, httpx.CloseError,
        httpx.RemoteProtocolError, httpx.DecodingError,
    ],
)  # fmt: skip
async def test_what_may_have_gone_out_is_unsure(kind: type[Exception]) -> None:
    with pytest.raises(ApiUnsure):
        await _ask(kind("late"))


def test_a_request_does_not_show_its_query() -> None:
    assert "t1" not in repr(REQUEST)
    assert json.dumps(REQUEST.body) == '{"a": 1}'


def test_a_file_and_the_message_that_shows_it_end_within_one_run_of_the_courier() -> None:
    """Else a slow upload would be taken for a message that may have been shown, and never be tried again."""
    assert UPLOAD_WHOLE_SECONDS + WHOLE_SECONDS <= LEAST_FILE_SECONDS < SECONDS
