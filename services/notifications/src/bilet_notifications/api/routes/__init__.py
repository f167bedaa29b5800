"""All routes of notifications."""

from fastapi import APIRouter

from bilet_notifications.api.routes import inbox, preferences

router = APIRouter()
for part in (inbox.router, preferences.router):
    router.include_router(part)
