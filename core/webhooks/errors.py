"""What can be wrong with a signed request, and with an address that is to be called. Pure."""

from __future__ import annotations

from core.errors import InvalidInput, NotAuthenticated


class HeadersInvalid(InvalidInput):
    """A header of the signature is missing, twice there or malformed. Details: `header`."""

    code, status = "webhook_headers_invalid", 400
    default_message = "缺少签名请求头，或者格式不对。"


class TimestampStale(NotAuthenticated):
    """Older than five minutes, or from the future. Details: `age_seconds`, negative for the future."""

    code = "webhook_timestamp_stale"
    default_message = "时间戳超出允许的范围：请核对服务器时间，重试时重新签名。"


class SignatureInvalid(NotAuthenticated):
    code = "webhook_signature_invalid"
    default_message = "签名不对：请核对密钥，并对原始请求内容签名。"


class AddressRefused(InvalidInput):
    """An address that is not called. Details: `reason`, and `field` where it stands in one."""

    code, default_message = "address_refused", "不能访问这个地址。"
