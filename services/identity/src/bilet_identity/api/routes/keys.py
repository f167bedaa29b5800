"""The public keys of access tokens."""

from typing import Any

from fastapi import APIRouter, Response

from bilet_identity.api.parts import RunningParts

router = APIRouter()


@router.get("/.well-known/jwks.json", summary="Открытые ключи токенов")
async def read_keys(parts: RunningParts, response: Response) -> dict[str, Any]:
    """Publish the JWK set by which everybody verifies access tokens."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return parts.tokens.jwks
