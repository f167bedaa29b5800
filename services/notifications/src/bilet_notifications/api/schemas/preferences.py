"""The channels that a person wants to be notified over, by name."""

from typing import Annotated

from pydantic import Field

from bilet_kit.web.schemas import Input, View

ChannelName = Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,39}$", examples=["email"])]


class PreferencesView(View):
    """Every channel that can be switched off, and whether it is wanted."""

    channels: dict[ChannelName, bool]


class PreferencesInput(Input):
    """The channels to switch; those that are not named stay as they are."""

    channels: Annotated[dict[ChannelName, bool], Field(max_length=20)]
