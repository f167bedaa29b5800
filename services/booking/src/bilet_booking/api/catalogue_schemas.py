"""The catalogue over HTTP: its filters and its views."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from bilet_booking.api.schemas import Format, Given


class SlotView(BaseModel):
    """A slot in the catalogue; `recommended` is known for the pupil who asked for recommended ones first."""

    slot_id: UUID
    slot_code: str
    region_code: str
    try_out_code: str
    title: str
    competency: str
    competency_title: str
    field: str
    site_code: str
    site_name: str
    municipality: str
    address: str
    wheelchair_access: bool
    format: Format
    grade_from: int
    grade_to: int
    starts_at: datetime
    ends_at: datetime
    booking_closes_at: datetime
    timezone: str
    capacity: int
    free: int
    recommended: bool | None


class Slots(BaseModel):
    """A page of the catalogue."""

    items: list[SlotView]
    next_cursor: str | None


class SeasonView(BaseModel):
    """A season: half-open periods, as instants."""

    season_id: UUID
    region_code: str
    season_code: str
    year: int
    timezone: str
    registration_from: datetime
    diagnostics_from: datetime
    booking_from: datetime
    try_outs_from: datetime
    try_outs_until: datetime
    recommendations_until: datetime
    closes: datetime
    max_bookings: int
    max_in_person: int


class SiteView(BaseModel):
    """A site."""

    site_id: UUID
    region_code: str
    site_code: str
    name: str
    municipality: str
    address: str
    timezone: str
    wheelchair_access: bool


class CompetencyView(BaseModel):
    """A competency and the grades its try-outs are for."""

    competency_id: UUID
    region_code: str
    competency: str
    ws_code: str
    title: str
    field: str
    riasec: str
    grade_from: int
    grade_to: int


class TryOutView(BaseModel):
    """A try-out."""

    try_out_id: UUID
    region_code: str
    try_out_code: str
    season_code: str
    competency: str
    site_code: str
    mentor_code: str
    format: Format
    title: str
    grade_from: int
    grade_to: int
    duration_minutes: int


class Seasons(BaseModel):
    """A page of seasons."""

    items: list[SeasonView]
    next_cursor: str | None


class Sites(BaseModel):
    """A page of sites."""

    items: list[SiteView]
    next_cursor: str | None


class Competencies(BaseModel):
    """A page of competencies."""

    items: list[CompetencyView]
    next_cursor: str | None


class TryOuts(BaseModel):
    """A page of try-outs."""

    items: list[TryOutView]
    next_cursor: str | None


class SlotQuery(Given):
    """Filters of the catalogue."""

    region: Annotated[str | None, Field(max_length=10)] = None
    competency: Annotated[str | None, Field(max_length=80)] = None
    field: Annotated[str | None, Field(max_length=200)] = None
    site: Annotated[str | None, Field(max_length=40)] = None
    municipality: Annotated[str | None, Field(max_length=200)] = None
    format: Format | None = None
    date_from: date | None = None
    date_to: date | None = None
    grade: Annotated[int | None, Field(ge=6, le=11)] = None
    free: bool | None = None
    wheelchair: bool | None = None
    recommended: bool = False
    cursor: Annotated[str | None, Field(max_length=200)] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
