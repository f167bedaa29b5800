"""HTTP statuses of domain errors; 409 for those that are not listed."""

from bilet_notifications.domain import errors

PROBLEMS: dict[type[Exception], int] = {errors.MessageNotFound: 404, errors.ChannelNotSwitchable: 422}
