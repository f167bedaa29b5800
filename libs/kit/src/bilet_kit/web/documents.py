"""How a service's OpenAPI names its operations and says what their requests need."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from bilet_kit.web.idempotency import HEADER, KEY_PATTERN

_KEY = {"type": "string", "pattern": KEY_PATTERN, "minLength": 8, "maxLength": 200}
_KEY_EXAMPLE = "0198c2f4-6d1e-7c52-9f4e-3f1c0b7a9d21"
_METHODS = ("get", "put", "post", "delete", "patch")


def description_of(service: str, title: str) -> dict[str, Any]:
    """Give what FastAPI puts at the head of the document; its title is ASCII, for generators name packages by it."""
    return {
        "title": f"Bilet {service}",
        "description": title,
        "version": "1",
        "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        "servers": [{"url": f"/api/v1/{service}"}],
        "generate_unique_id_function": operation_id,
    }


def operation_id(route: APIRoute) -> str:
    """Name an operation by its method and address, short and in ASCII: `post_bookings_approval`, `get_bookings_by_id`."""
    parts = [part for part in route.path.strip("/").split("/") if part]
    words = [part.replace(".", "_").replace("-", "_") for part in parts if not part.startswith("{")]
    by_id = ["by_id"] if parts and parts[-1].startswith("{") else []
    return "_".join([min(route.methods or {"get"}).lower(), *words, *by_id])


def complete_document(app: FastAPI) -> None:
    """Say in the app's document what the routes do not say by themselves.

    Of every operation whether it needs a token: one without is open to anybody. Of keys against repeats what they look like
    and that they are needed: their absence has a problem of its own, so the route declares them as optional.
    """
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        document = describe()
        for operations in document["paths"].values():
            for method in operations.keys() & set(_METHODS):
                operations[method].setdefault("security", [])
                for parameter in operations[method].get("parameters", ()):
                    if parameter["name"] == HEADER:
                        parameter |= {"required": True, "schema": _KEY, "example": _KEY_EXAMPLE}
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the document
