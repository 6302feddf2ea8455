"""Signatures and encryption, checked against wechatpy's own crypto and the simulator's independent writing."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature as wechatpy_check

from channels.tencent.accounts.credentials import Credentials
from channels.tencent.errors import CipherInvalid, SignatureInvalid, SignatureStale
from channels.tencent.receiving.crypto import check_age, check_signature, decrypt, signature_of
from channels.tencent.receiving.pushes import sealed_in
from simulators.tencent import crypto as simulator

TOKEN = "token4test"
APP_ID = "wx1234567890abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_a_signature_of_wechatpy_is_accepted_and_ours_by_wechatpy() -> None:
    signature = signature_of(TOKEN, "1763863200", "nonce")
    wechatpy_check(TOKEN, signature, "1763863200", "nonce")
    check_signature(signature, token=TOKEN, timestamp="1763863200", nonce="nonce")


@pytest.mark.parametrize("forged", ["", "0" * 40, "é" * 40, "\ud800"])
def test_a_forged_signature_is_refused(forged: str) -> None:
    with pytest.raises(SignatureInvalid):
        check_signature(forged, token=TOKEN, timestamp="1", nonce="2")


@pytest.mark.parametrize("seconds", [-601, 601])
def test_a_stale_signature_is_refused(seconds: int) -> None:
    with pytest.raises(SignatureStale):
        check_age(str(int(NOW.timestamp()) + seconds), NOW)


@pytest.mark.parametrize("timestamp", ["", "x", "١٢٣", "-5", "1" * 400])
def test_a_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    with pytest.raises(SignatureStale):
        check_age(timestamp, NOW)


def test_a_fresh_signature_passes() -> None:
    check_age(str(int(NOW.timestamp()) - 30), NOW)


@given(st.text())
def test_what_wechatpy_encrypts_we_decrypt(text: str) -> None:
    # wechatpy's envelope has no `]]>` trouble: the cipher text is base64.
    sealed = WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(text, "nonce", "1763863200")
    assert decrypt(sealed_in(sealed.encode()), aes_key=AES_KEY, app_id=APP_ID) == text


@given(st.text())
def test_what_the_simulator_encrypts_we_and_wechatpy_decrypt(text: str) -> None:
    cipher = simulator.encrypt(text, aes_key=AES_KEY, app_id=APP_ID)
    assert decrypt(cipher, aes_key=AES_KEY, app_id=APP_ID) == text
    signature = simulator.sign(TOKEN, "1", "2", cipher)
    oracle = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    assert oracle.decrypt_message({"Encrypt": cipher}, signature, "1", "2") == text
    assert simulator.decrypt(cipher, aes_key=AES_KEY, app_id=APP_ID) == text


def test_a_cipher_for_another_account_is_refused() -> None:
    cipher = simulator.encrypt("<xml/>", aes_key=AES_KEY, app_id="wxsomebodyelse")
    with pytest.raises(CipherInvalid):
        decrypt(cipher, aes_key=AES_KEY, app_id=APP_ID)


@given(st.one_of(st.text(), st.binary().map(lambda raw: raw.hex())))
def test_damaged_cipher_text_is_refused(cipher: str) -> None:
    with pytest.raises(CipherInvalid):
        decrypt(cipher, aes_key=AES_KEY, app_id=APP_ID)


@given(st.binary(min_size=16, max_size=160))
def test_random_blocks_are_refused(raw: bytes) -> None:
    with pytest.raises(CipherInvalid):
        decrypt(
            base64.b64encode(raw[: len(raw) // 16 * 16]).decode(), aes_key=AES_KEY, app_id=APP_ID
        )


def test_random_credentials_fit_wechats_rules_and_work() -> None:
    credentials = Credentials.random()
    assert credentials.encoding_aes_key is not None
    cipher = simulator.encrypt("你好", aes_key=credentials.encoding_aes_key, app_id=APP_ID)
    assert decrypt(cipher, aes_key=credentials.encoding_aes_key, app_id=APP_ID) == "你好"
    assert credentials.app_secret not in repr(credentials)
