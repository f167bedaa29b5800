"""The channels that a person wants to be notified over."""

from collections.abc import Mapping

from bilet_kit.storage.database import Transaction
from bilet_notifications.domain.channels import CHANNELS
from bilet_notifications.domain.errors import ChannelNotSwitchable
from bilet_notifications.domain.people import Recipient
from bilet_notifications.storage import recipients

SWITCHABLE = tuple(channel.name for channel in CHANNELS if channel.is_sent)


async def wanted_channels(tx: Transaction, owner: Recipient) -> dict[str, bool]:
    """Say of every channel that can be switched off whether the owner wants it."""
    unwanted = await recipients.unwanted_channels(tx, owner)
    return {name: name not in unwanted for name in SWITCHABLE}


async def switch_channels(tx: Transaction, owner: Recipient, wanted: Mapping[str, bool]) -> dict[str, bool]:
    """Switch channels on or off; messages that wait to be sent obey as well. Channels not named stay as they are.

    Raises:
        ChannelNotSwitchable: there is no such channel, or it is the inbox.
    """
    if not wanted.keys() <= set(SWITCHABLE):
        raise ChannelNotSwitchable
    if wanted:
        await recipients.save_preferences(tx, owner, wanted)
    return await wanted_channels(tx, owner)
