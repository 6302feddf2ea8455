"""What can be wrong with a push, and what WeChat's API can answer."""

from __future__ import annotations

from core.errors import BangbanError, InvalidInput, NotFound, PermissionDenied


class InboxNotFound(NotFound):
    code, default_message = "inbox_not_found", "没有这个微信账号，或者它已停用。"


class SignatureInvalid(PermissionDenied):
    code, default_message = (
        "wechat_signature_invalid",
        "签名不对：请核对公众号后台与本系统的 Token 是否一致。",
    )


class SignatureStale(PermissionDenied):
    """The signature is right but old: a replay, or a wrong clock. Details: `age_seconds`."""

    code, default_message = "wechat_signature_stale", "签名已过期：请核对服务器时间是否准确。"


class CipherInvalid(PermissionDenied):
    """The cipher text does not open, or was made for another account."""

    code = "wechat_cipher_invalid"
    default_message = "消息无法解密：请核对 EncodingAESKey 和 AppID。"


class EncryptionRequired(PermissionDenied):
    code, default_message = "wechat_encryption_required", "本接入点为安全模式，只接收加密消息。"


class PushMalformed(InvalidInput):
    """Not the XML of a WeChat push. Details: `reason`."""

    code, status, default_message = "wechat_push_malformed", 400, "推送内容不是有效的微信消息。"


class BodyTooLarge(InvalidInput):
    code, status, default_message = "body_too_large", 413, "推送内容太大。"


class BodyTooSlow(InvalidInput):
    code, status, default_message = "body_too_slow", 408, "推送内容没有按时传完。"


class AccountInvalid(InvalidInput):
    """An account's settings do not fit together. Details: `field`."""

    code, default_message = "wechat_account_invalid", "账号的设置不完整或不正确。"


class ApiFailed(BangbanError):
    """WeChat's API did not do it now; trying again later may help.

    `errcode` is WeChat's, or None when no proper answer came (network, time-out, HTML instead of JSON).
    Never holds the request: its address carries the access token.
    """

    code, status = "wechat_api_failed", 503
    default_message = "微信接口暂时不可用，稍后会自动重试。"

    def __init__(
        self, reason: str, *, errcode: int | None = None, message: str | None = None
    ) -> None:
        super().__init__(message, reason=reason, errcode=errcode)
        self.reason, self.errcode = reason, errcode

    def __str__(self) -> str:
        return (
            f"{self.reason} (errcode {self.errcode})" if self.errcode is not None else self.reason
        )


class ApiUnsure(ApiFailed):
    """The request went out and no answer that can be read came back: it may have been done.

    Never to be repeated by itself where a repeat would be seen: a citizen would get a second copy.
    """

    code = "wechat_api_unsure"
    default_message = "已经提交给微信，但没有收到结果，不确定是否成功。"
