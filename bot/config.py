"""config.toml and the environment become one frozen Config, or the full list of what is wrong with them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from bot.config_problems import ConfigError, describe
from bot.config_push import Push, Section
from bot.flow.actions_http import HOST
from bot.services import support_hours
from bot.services.support_rules import SupportRules

PREFIX = "FRONTDESK_"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _token(value: SecretStr) -> SecretStr:
    number, _, secret = value.get_secret_value().partition(":")
    if not (number.isdigit() and len(secret) >= 30 and secret.isascii()):
        raise ValueError("does not look like a token; copy the whole line that @BotFather gave you (123456789:AA…)")
    return value


def _api_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return value.rstrip("/")
    raise ValueError(
        "would send the token unprotected; use https://… or an address of this machine (http://127.0.0.1:…)"
    )


def _webhook_url(value: str) -> str:
    if value and urlsplit(value).scheme != "https" and urlsplit(value).hostname not in LOOPBACK:
        raise ValueError("must start with https://, or Telegram will not call it")
    return value


def _secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) > 256 or not all(sign.isascii() and (sign.isalnum() or sign in "_-") for sign in text):
        raise ValueError("may have up to 256 letters, digits, _ and -, nothing else; leave it out and one is made up")
    return value


#: A span of working time; 0: off.
Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 365)]


class Webhook(Section):
    """How Telegram reaches us with `mode = "webhook"`."""

    listen: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8443
    url: Annotated[str, AfterValidator(_webhook_url)] = ""
    secret_token: Annotated[SecretStr, AfterValidator(_secret)] = SecretStr("")


class Telegram(Section):
    """Which bot, through which server, and how fast."""

    token: Annotated[SecretStr, AfterValidator(_token)]
    api_url: Annotated[str, AfterValidator(_api_url)] = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    rate: Annotated[float, Field(ge=0, le=1000)] = 30.0
    chat_rate: Annotated[float, Field(ge=0, le=100)] = 1.0
    group_rate: Annotated[float, Field(ge=0, le=1000)] = 15.0
    webhook: Webhook = Webhook()

    @model_validator(mode="after")
    def _webhook_has_an_address(self) -> Self:
        if self.mode == "webhook" and not self.webhook.url:
            raise ValueError('.webhook.url is missing; mode = "webhook" needs the https address that Telegram calls')
        return self


class Admin(Section):
    """Who owns this bot."""

    owners: frozenset[Annotated[int, Field(gt=0)]] = frozenset()


class DatabaseSection(Section):
    """Where everything is kept."""

    url: SecretStr = SecretStr("sqlite:///data/frontdesk.sqlite3")
    takeover: Annotated[float, Field(ge=1, le=60)] = 10.0


class Conversation(Section):
    """What the bot says to end users."""

    flow: Path = Path("flow.example.toml")
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")] = "en"
    user_rate: Annotated[int, Field(ge=0, le=6000)] = 60


class Support(Section):
    """Who gets support messages from their first /start, when they are there, and what happens while people wait."""

    staff: frozenset[Annotated[int, Field(gt=0)]] = frozenset()
    group_id: Annotated[int, Field(le=0)] = 0
    hours: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()
    remind_minutes: Minutes = 0
    escalate_minutes: Minutes = 0
    owner_minutes: Minutes = 0
    return_minutes: Minutes = 0
    return_warning_minutes: Minutes = 30

    @field_validator("hours", "holidays")
    @classmethod
    def _can_be_read(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        support_hours.read(*((values, ()) if info.field_name == "hours" else ((), values)))
        return values

    def rules(self) -> SupportRules:
        """How the desk is run."""
        spans = (self.remind_minutes, self.escalate_minutes, self.owner_minutes, self.return_minutes)
        remind, everybody, owner, back = (timedelta(minutes=span) for span in spans)
        warning = timedelta(minutes=self.return_warning_minutes)
        hours = support_hours.read(self.hours, self.holidays)
        return SupportRules(hours, remind, everybody, owner, back, warning, self.group_id)


def _hosts(values: frozenset[str]) -> frozenset[str]:
    for value in sorted(values):
        if not HOST.fullmatch(value):
            raise ValueError(f'holds "{value}", which is not the name of a server; write it like "api.example.com"')
    return values


class Http(Section):
    """Which other servers a flow may ask."""

    hosts: Annotated[frozenset[str], AfterValidator(_hosts)] = frozenset()


class Retention(Section):
    """For how many days things are kept; 0: for ever."""

    inbox_days: Annotated[int, Field(ge=1, le=36500)] = 7
    messages_days: Annotated[int, Field(ge=0, le=36500)] = 730
    audit_days: Annotated[int, Field(ge=0, le=36500)] = 0


class Watch(Section):
    """Where machines ask how the bot is; port 0: nowhere."""

    listen: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0


class Log(Section):
    """What is logged, and how it looks."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "text", "json"] = "auto"


class Config(BaseSettings):
    """Everything that an operator can set. Secrets do not show in its repr."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__")

    telegram: Telegram
    admin: Admin = Admin()
    database: DatabaseSection = DatabaseSection()
    conversation: Conversation = Conversation()
    push: Push = Push()
    support: Support = Support()
    http: Http = Http()
    retention: Retention = Retention()
    watch: Watch = Watch()
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What `load` gives is already in order: the file, and the environment over it."""
        return (init_settings,)


def load(path: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Read `path`, put the environment over it, check everything. Raises `ConfigError` with all that is wrong."""
    environ = os.environ if environ is None else environ
    if not path.exists() and f"{PREFIX}TELEGRAM__TOKEN" not in _named(environ):
        raise ConfigError.missing(path)
    values = _read(path) if path.exists() else {}
    return check(_merge(values, _environment(environ, path)), path)


def check(values: Mapping[str, Any], path: Path) -> Config:
    """A Config of plain values. A relative flow or database stays relative to where the program runs."""
    try:
        return Config(**values)
    except ValidationError as error:
        raise ConfigError(path, describe(error, Config)) from None


def _named(environ: Mapping[str, str]) -> set[str]:
    return {name.upper().removesuffix("_FILE") for name in environ}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(path, [f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigError(path, ["is not UTF-8 text; save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, [f"is not TOML: {error}"]) from None


def _environment(environ: Mapping[str, str], path: Path) -> dict[str, Any]:
    """FRONTDESK_SECTION__KEY=value, lists as JSON; FRONTDESK_SECTION__KEY_FILE=a file that holds the value."""
    source = EnvSettingsSource(Config)
    source.env_vars = {name.lower(): value for name, value in _with_files(environ, path).items()}
    try:
        return source()
    except SettingsError as error:
        raise ConfigError(path, [f"{error}; a list in the environment is written as JSON, such as [1, 2]"]) from None


def _with_files(environ: Mapping[str, str], path: Path) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in environ.items():
        if not (name.upper().startswith(PREFIX) and "__" in name):
            continue
        if not name.upper().endswith("_FILE"):
            values[name] = value
            continue
        try:
            values[name[: -len("_FILE")]] = Path(value).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigError(path, [f"{name} names the file {value}, which cannot be read"]) from None
    return values


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(old, Mapping)
        merged[key] = _merge(old, value) if both and old is not None else value
    return merged
