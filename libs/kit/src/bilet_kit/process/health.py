"""Liveness and readiness: a process is alive while it answers, and ready while it can do its work."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from bilet_kit.process.service import Service


def health_router(
    service: Service, keeps_up: Callable[[], bool] = lambda: True, leaving: Callable[[], bool] = lambda: False
) -> APIRouter:
    """Make `/health/live` and `/health/ready`: ready with keys, with a database, and while it keeps up and stays."""
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
            "lag": keeps_up(),
        }
        missing = [name for name, met in conditions.items() if not met]
        response.status_code = 503 if missing else 200
        return {"status": f"waiting for {', '.join(missing)}" if missing else "ready"}

    return router
