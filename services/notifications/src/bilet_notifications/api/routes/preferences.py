"""One's own channels."""

from fastapi import APIRouter

from bilet_kit.web.transactions import Tx
from bilet_notifications.api.auth import Owner
from bilet_notifications.api.schemas.preferences import PreferencesInput, PreferencesView
from bilet_notifications.use_cases import preferences

router = APIRouter(prefix="/preferences", tags=["preferences"])


@router.get("", summary="Мои каналы уведомлений")
async def read_preferences(tx: Tx, owner: Owner) -> PreferencesView:
    """List the channels that can be switched off, and whether the asker wants them."""
    return PreferencesView(channels=await preferences.wanted_channels(tx, owner))


@router.put("", summary="Включить или отключить каналы")
async def write_preferences(tx: Tx, owner: Owner, wanted: PreferencesInput) -> PreferencesView:
    """Switch channels on or off; messages that wait to be sent obey as well. The inbox cannot be switched off."""
    return PreferencesView(channels=await preferences.switch_channels(tx, owner, wanted.channels))
