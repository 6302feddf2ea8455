"""Settings of the installation: environment variables BANGBAN_* or .env. Business rules are data, not settings.

Every field is documented in docs/settings.md; a test compares the two.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="BANGBAN_", env_file=".env", extra="ignore", populate_by_name=True
    )

    home: Path = Field(Path("var"), description="Folder of all state: database, files, keys, logs")
    host: str = Field("127.0.0.1", description="Address the server listens on")
    port: int = Field(
        8000,
        ge=1,
        le=65535,
        validation_alias=AliasChoices("BANGBAN_PORT", "PORT"),
        description="Port the server listens on; PORT is read as well",
    )
    public_url: str = Field(
        "", description="Address citizens use, for links; empty: http://host:port"
    )
    allowed_origins: list[str] = Field(
        default_factory=list, description="Sites that may embed the widget; empty: every site"
    )
    database_url: str = Field("", description="SQLAlchemy async URL; empty: SQLite in home")
    attachment_dir: str = Field(
        "", description="Folder of attachments, one for all servers; empty: attachments in home"
    )
    file_store: Literal["local", "s3"] = Field(
        "local", description="Where attachments are kept: local (attachment_dir) or s3"
    )
    s3_endpoint: str = Field("", description="Address of the S3-compatible store; empty: AWS")
    s3_bucket: str = Field("", description="Bucket of the attachments; it must exist")
    s3_prefix: str = Field("", description="Folder in the bucket; one per installation")
    s3_region: str = Field("us-east-1", description="Region of the bucket")
    s3_access_key: str = Field("", description="Key the store knows us by")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret of that key")
    s3_path_style: bool = Field(
        True, description="Bucket in the path; false: in the host name, as Aliyun OSS wants it"
    )
    clamd: str = Field(
        "", description="Virus scanner (clamd): tcp://host:3310 or unix:/path; empty: none"
    )
    redis_url: str = Field("", description="Redis for several servers; empty: one server")
    rasa_url: str = Field("", description="An existing Rasa; empty: `bangban run` starts its own")
    rasa_timeout_seconds: float = Field(8.0, description="How long one bot turn may take")
    rasa_token: str = Field(
        "", description="Token Rasa and the action endpoint share; empty: derived"
    )
    model_dir: Path = Field(
        ROOT / ".cache" / "models", description="Trained bots, by hash of their inputs"
    )
    encoder: str = Field(
        "builtin", description="builtin, a directory, or a sentence-transformers model name"
    )
    region: str = Field("example", description="Region file whose numbers the answers use")
    secret_key: str = Field("", description="Signs tokens; empty: generated once and kept in home")
    wechat_api_base: str = Field(
        "https://api.weixin.qq.com", description="Base address of WeChat's API"
    )
    wechat_open_base: str = Field(
        "https://open.weixin.qq.com", description="Where WeChat's page of web authorisation is"
    )
    wecom_api_base: str = Field(
        "https://qyapi.weixin.qq.com", description="Base address of WeCom's API, for 微信客服"
    )
    outbound_proxy: str = Field("", description="HTTP proxy for calls to WeChat; empty: none")
    business_api_base: str = Field("", description="The fund's business system; empty: none")
    business_api_key: SecretStr = Field(
        SecretStr(""), description="Key the business system knows us by; empty: none is sent"
    )
    business_simulator_url: str = Field(
        "", description="Page of the business system's simulator, linked from the demo page"
    )
    sms_api_base: str = Field("", description="The organisation's own SMS gateway; empty: none")
    sms_api_key: SecretStr = Field(
        SecretStr(""), description="Key that the SMS gateway and we sign with"
    )
    sms_simulator_url: str = Field(
        "", description="Page of the SMS gateway's simulator, linked from the demo page"
    )
    office_simulator_url: str = Field(
        "", description="Page of the office system's simulator, linked from the demo page"
    )
    sms_aliyun_base: str = Field(
        "https://dysmsapi.aliyuncs.com", description="Base address of Aliyun's SMS API"
    )
    sms_tencent_base: str = Field(
        "https://sms.tencentcloudapi.com", description="Base address of Tencent Cloud's SMS API"
    )
    simulators: bool = Field(False, description="`bangban run` also starts the simulators (demo)")
    wechat_simulator_url: str = Field(
        "", description="Page of the WeChat simulator, linked from the demo page"
    )
    wecom_simulator_url: str = Field(
        "", description="Page of the simulator of 微信客服, for the demo"
    )
    session_hours: int = Field(12, description="How long a console login lasts, in hours")
    turn_workers: int = Field(16, description="Bot turns worked on at the same time")
    question_days: int = Field(
        365, ge=1, description="How long the texts of citizens' questions are kept, in days"
    )
    cluster_days: int = Field(
        90, ge=1, le=365, description="Unanswered questions of so many days are clustered"
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.home.resolve() / 'bangban.sqlite3'}"

    @property
    def resolved_attachment_dir(self) -> Path:
        return Path(self.attachment_dir) if self.attachment_dir else self.home / "attachments"

    @property
    def resolved_public_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def load_secret_key(self) -> str:
        """The signing key: from the setting, else from home/secret_key, made on first use (mode 600)."""
        if self.secret_key:
            return self.secret_key
        path = self.home / "secret_key"
        self.home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text("ascii").strip()


def _write_once(path: Path, text: str) -> None:
    """Make the file, whole or not at all, unless somebody else is quicker; readable by its owner only.

    Two processes that start at once must end up with one key, and neither may read a key half written.
    """
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)
