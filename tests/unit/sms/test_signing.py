"""Signatures against the examples that Aliyun and Tencent Cloud publish."""

from __future__ import annotations

from datetime import UTC, datetime

from channels.sms.signing import (
    aliyun_headers,
    aliyun_query,
    gateway_signature,
    tencent_headers,
)
from simulators.sms.signing import is_right, signed


def test_aliyuns_example_with_fixed_values_comes_out() -> None:
    """help.aliyun.com, "V3 request structure and signature", "fixed parameter values"."""
    query = aliyun_query(
        {
            "RegionId": "cn-shanghai",
            "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        }
    )
    headers = aliyun_headers(
        host="ecs.cn-shanghai.aliyuncs.com", action="RunInstances", version="2014-05-26", query=query,
        key_id="YourAccessKeyId", secret="YourAccessKeySecret",
        at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC), nonce="3156853299f313e23d1673dc12e1703d",
    )  # fmt: skip
    assert headers["authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
        "x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_aliyuns_parameters_are_encoded_by_rfc_3986() -> None:
    assert aliyun_query({"b": "a b*+~/=&", "a": "公"}) == "a=%E5%85%AC&b=a%20b%2A%2B~%2F%3D%26"


def test_tencents_example_comes_out() -> None:
    """cloud.tencent.com, "signature method v3": the example's secret is 32 asterisks."""
    body = (
        rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    )
    headers = tencent_headers(
        host="cvm.tencentcloudapi.com", service="cvm", action="DescribeInstances", version="2017-03-12",
        region="ap-guangzhou", body=body, secret_id="AKID" + "*" * 32, secret_key="*" * 32,
        at=datetime.fromtimestamp(1551113065, UTC),
    )  # fmt: skip
    assert headers["authorization"].endswith(
        "Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    )
    assert headers["x-tc-timestamp"] == "1551113065"


def test_the_gateways_signature_is_the_same_on_both_sides() -> None:
    body = '{"text":"您好"}'.encode()
    theirs = signed("key", body, 1_800_000_000.0)
    ours = gateway_signature(
        "key", timestamp=theirs["x-sms-timestamp"], nonce=theirs["x-sms-nonce"], body=body
    )
    assert ours == theirs["x-sms-signature"]
    assert is_right("key", theirs, body, 1_800_000_100.0)
    assert not is_right("key", theirs, body + b" ", 1_800_000_100.0)
    assert not is_right("other", theirs, body, 1_800_000_100.0)
    assert not is_right("key", theirs, body, 1_800_000_301.0)
