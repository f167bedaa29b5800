"""Liveness and readiness: a process is alive while it answers, and ready while it can do its work."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from bilet_kit.process.service import Service


def health_router(
    service: Service, reaches_kafka: Callable[[], bool] = lambda: True, leaving: Callable[[], bool] = lambda: False
) -> APIRouter:
    """Make `/health/live` and `/health/ready`: ready with keys, a database and, where it is used, Kafka, until it leaves.

    A lag that grows is no reason to be unready: whoever took the process away because of it would let it grow faster.
    """
    router = APIRouter(prefix="/health", include_in_schema=False)

    @router.get("/live")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/ready")
    async def ready(response: Response) -> dict[str, str]:
        if leaving():
            response.status_code = 503
            return {"status": "leaving"}
        conditions = {
            "keys": service.verifier.ready,
            "database": await service.database.is_reachable(),
            "kafka": reaches_kafka(),
        }
        missing = [name for name, met in conditions.items() if not met]
        response.status_code = 503 if missing else 200
        return {"status": f"waiting for {', '.join(missing)}" if missing else "ready"}

    return router
