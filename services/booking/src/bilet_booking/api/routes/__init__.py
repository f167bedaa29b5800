"""All routes of booking."""

from fastapi import APIRouter

from bilet_booking.api.routes import bookings, catalogue, imports, overview

router = APIRouter()
for part in (bookings.claims, bookings.router, catalogue.router, imports.router, overview.router):
    router.include_router(part)
