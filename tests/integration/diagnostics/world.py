"""A region, its pupils and their devices, as the tests of diagnostics see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import orjson

from bilet_contracts.base import Event
from bilet_contracts.booking import CompetencyPublishedV1, SeasonPublishedV1
from bilet_contracts.identity import StudentActivatedV1, StudentState
from bilet_kit.process.service import Service
from tests.support.records import HandMade
from tests.support.tokens import TokenMaker

FIRST_DAY = datetime(2026, 7, 7, 9, tzinfo=UTC)
SEASON_OPENS = datetime(2026, 7, 6, 20, tzinfo=UTC)
SEASON_CLOSES = datetime(2026, 12, 30, 20, tzinfo=UTC)
SEASON_CODE = "63-2026"
OFFER = (
    ("welding", "Строительство", "RCI", 6, 11),
    ("mechatronics", "Производство и инженерия", "RIC", 6, 11),
    ("web", "Информационные технологии", "IAC", 6, 11),
    ("design", "Творчество и дизайн", "AIE", 6, 11),
    ("hotel", "Сфера услуг", "CES", 6, 11),
    ("kids", "Образование", "SAE", 6, 11),
    ("cars", "Транспорт и логистика", "RIC", 10, 11),
)
_sequence = count(1)
_counter = count(1)


def season(code: str = SEASON_CODE, *, region: str = "63", opens: datetime = SEASON_OPENS) -> SeasonPublishedV1:
    return SeasonPublishedV1(
        region_code=region,
        season_id=uuid4(),
        season_code=code,
        year=2026,
        timezone="Europe/Samara",
        registration_from=opens,
        diagnostics_from=opens,
        booking_from=opens,
        try_outs_from=opens,
        try_outs_until=SEASON_CLOSES,
        recommendations_until=SEASON_CLOSES,
        closes=SEASON_CLOSES,
        first_school_day=datetime(2026, 9, 1, tzinfo=UTC).date(),
        max_bookings=2,
        max_in_person=1,
    )


def student_state(kind: type[StudentState], student_id: UUID, **changes: Any) -> StudentState:  # noqa: ANN401 - any field
    return kind.model_validate(
        {
            "region_code": "63",
            "student_id": student_id,
            "status": "active",
            "grade": 8,
            "school_code": "630001",
            "decides_alone": False,
            "guardian_ids": (),
            "purposes": ("processing", "transfer"),
            **changes,
        }
    )


@dataclass(slots=True)
class World:
    """One pupil, one guardian, and the means to act for them."""

    service: Service
    client: httpx.AsyncClient
    tokens: TokenMaker
    look: asyncpg.Connection
    student_id: UUID = field(default_factory=uuid4)
    guardian_id: UUID = field(default_factory=uuid4)

    async def hear(self, *events: Event) -> None:
        """Let the service consume these events, each with a higher sequence than all before."""
        await self.hear_records([HandMade.of(event, next(_sequence)) for event in events])

    async def hear_records(self, records: Sequence[HandMade]) -> None:
        await self.service.processor.process(records)

    async def open_season(self) -> None:
        await self.hear(
            season(),
            *(
                CompetencyPublishedV1(
                    region_code="63",
                    competency_id=uuid4(),
                    competency=slug,
                    title=slug,
                    field=of_field,
                    riasec=code,
                    grade_from=first,
                    grade_to=last,
                )
                for slug, of_field, code, first, last in OFFER
            ),
        )

    async def tell_student(
        self,
        kind: type[StudentState] = StudentActivatedV1,
        **changes: Any,  # noqa: ANN401 - any field
    ) -> None:
        """Let identity say how the pupil stands."""
        await self.hear(student_state(kind, self.student_id, **{"guardian_ids": (self.guardian_id,)} | changes))

    async def another_pupil(self) -> "World":
        """Show the same service to another active pupil."""
        other = World(self.service, self.client, self.tokens, self.look)
        await other.tell_student()
        return other

    def headers(self, role: str = "student", subject: UUID | None = None) -> dict[str, str]:
        headers = self.tokens.headers(role, subject or self.student_id)
        return headers | {"Idempotency-Key": str(uuid4())}

    async def start(self, stage: int = 1, **headers: str) -> httpx.Response:
        return await self.client.post(f"/stages/{stage}/attempts", headers=self.headers() | headers)

    async def started(self, stage: int = 1) -> str:
        answer = await self.start(stage)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["attempt_id"])

    async def answer(self, attempt_id: str, item: str, value: object, **more: object) -> httpx.Response:
        body = {"value": value, "sequence": next(_counter), **more}
        return await self.client.put(f"/attempts/{attempt_id}/answers/{item}", json=body, headers=self.headers())

    async def send_batch(self, attempt_id: str, answers: Sequence[dict[str, object]], **more: object) -> httpx.Response:
        return await self.client.post(
            f"/attempts/{attempt_id}/answers", json={"answers": list(answers), **more}, headers=self.headers()
        )

    async def read(self, path: str, role: str = "student", subject: UUID | None = None) -> httpx.Response:
        return await self.client.get(path, headers=self.headers(role, subject))

    async def items(self, attempt_id: str) -> list[dict[str, Any]]:
        attempt = (await self.read(f"/attempts/{attempt_id}")).json()
        return [item for one in attempt["instruments"] for item in one["items"]]

    async def answer_all(self, attempt_id: str) -> None:
        """Answer every item with care: varied, and four seconds apart."""
        items = await self.items(attempt_id)
        first = datetime.now(UTC) - timedelta(hours=1)
        answers: list[dict[str, object]] = [
            {
                "item": item["item"],
                "value": item["options"][(place * 7 + len(item["text"])) % len(item["options"])]["value"],
                "sequence": place,
                "answered_at": (first + timedelta(seconds=4 * place)).isoformat(),
            }
            for place, item in enumerate(items)
        ]
        saved = await self.send_batch(attempt_id, answers)
        assert saved.json() == {"answered": len(items), "items": len(items)}, saved.text

    async def submit(self, attempt_id: str, answers: str = "as-they-are") -> httpx.Response:
        return await self.client.post(
            f"/attempts/{attempt_id}/submission", json={"answers": answers}, headers=self.headers()
        )

    async def take(self, stage: int) -> str:
        """Take a whole stage."""
        attempt_id = await self.started(stage)
        await self.answer_all(attempt_id)
        answer = await self.submit(attempt_id)
        assert answer.status_code == 200, answer.text
        return attempt_id

    async def said(self) -> list[tuple[str, int, dict[str, Any]]]:
        """Everything in the outbox: type, sequence and payload, in order."""
        rows = await self.look.fetch("SELECT type, sequence, payload FROM outbox ORDER BY id")
        return [(row["type"], row["sequence"], orjson.loads(row["payload"])) for row in rows]


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and stable code of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, str(answer.json()["code"])
