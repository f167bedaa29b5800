"""The catalogue over HTTP: its filters, and the views that its pages of bytes keep to.

The pages are made from rows, not through these models, which cost more than the query; a test holds the two together.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from bilet_kit.web.paging import MOMENT, UUID_PATTERN
from bilet_kit.web.schemas import Input, PageView, View

Format = Literal["online", "in-person"]


class SlotView(View):
    """A slot in the catalogue; `recommended` is null unless a pupil asked for recommended competencies first."""

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


class SlotsView(PageView[SlotView]):
    """A page of the catalogue."""


class SeasonView(View):
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


class SiteView(View):
    """A site."""

    site_id: UUID
    region_code: str
    site_code: str
    name: str
    municipality: str
    address: str
    timezone: str
    wheelchair_access: bool


class CompetencyView(View):
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


class TryOutView(View):
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


class SeasonsView(PageView[SeasonView]):
    """A page of seasons."""


class SitesView(PageView[SiteView]):
    """A page of sites."""


class CompetenciesView(PageView[CompetencyView]):
    """A page of competencies."""


class TryOutsView(PageView[TryOutView]):
    """A page of try-outs."""


class SlotFilterInput(Input):
    """Filters of the catalogue, all of which must fit; days are those of the site's zone, both included."""

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
    cursor: Annotated[
        str | None,
        Field(
            pattern=f"^[0-9]{{1,4}}_{MOMENT}_{UUID_PATTERN}$",
            examples=["0_1788447600000000_0198c2f4-6d1e-7c52-9f4e-3f1c0b7a9d21"],
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
