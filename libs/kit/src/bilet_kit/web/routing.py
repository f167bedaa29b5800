"""A service's routes in one list.

FastAPI keeps an included router as a branch of its own and, to serve a request, looks through the routes of every branch
once more on each level: with two levels three times, which cost up to half a millisecond.
"""

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

_DECLARED = (
    "response_model", "status_code", "tags", "dependencies", "summary", "description", "response_description",
    "responses", "deprecated", "methods", "operation_id", "include_in_schema", "response_class", "name", "openapi_extra",
    "generate_unique_id_function",
)  # fmt: skip


def add_routes(app: FastAPI, router: APIRouter) -> None:
    """Add every route that the router and its branches declare to the app itself, in their order."""
    for found in iter_route_contexts(router.routes):
        route = found.original_route
        if not isinstance(route, APIRoute) or found.path is None or found.endpoint is None:
            raise TypeError("a service's router holds routes of its api and nothing else")
        declared = {name: getattr(found, name) for name in _DECLARED}
        app.router.add_api_route(found.path, found.endpoint, route_class_override=type(route), **declared)
