"""The table [push] of config.toml, and what all its tables share."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.services.push_terms import PushTerms, quiet_text, read_quiet


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError('is not a time zone; write it like "Europe/Vienna" or "UTC"') from None
    return value


class Section(BaseModel):
    """A table of config.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Push(Section):
    """How pushes go out."""

    rate: Annotated[float, Field(ge=0, le=1000)] = 25.0
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    quiet_hours: Annotated[str, AfterValidator(quiet_text)] = ""
    zone_variable: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,31})?$")] = ""
    weekly_cap: Annotated[int, Field(ge=0, le=1000)] = 0
    approve_from: Annotated[int, Field(ge=0)] = 0
    paid_rate: Annotated[float, Field(ge=0, le=1000)] = 0.0
    in_flight: Annotated[int, Field(ge=1, le=200)] = 100

    def terms(self) -> PushTerms:
        """What the services need to know of it."""
        return PushTerms(
            self.weekly_cap, read_quiet(self.quiet_hours), self.zone_variable, self.approve_from, self.paid_rate
        )
