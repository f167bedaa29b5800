"""Liveness and readiness: alive while the process answers, ready while it can do its work."""

from fastapi import APIRouter, Response

from bilet_kit.service import Service


async def unready_because(service: Service) -> str:
    """What keeps a process of the service from its work, in one word; empty when nothing does."""
    if not service.verifier.ready:
        return "keys"
    if not await service.database.answers():
        return "database"
    return ""


def health_router(service: Service) -> APIRouter:
    """`/health/live` and `/health/ready` of an HTTP process."""
    router = APIRouter(prefix="/health", include_in_schema=False)

    @router.get("/live")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/ready")
    async def ready(response: Response) -> dict[str, str]:
        missing = await unready_because(service)
        response.status_code = 503 if missing else 200
        return {"status": f"waiting for {missing}" if missing else "ready"}

    return router
