"""The channels there are, and who may be reached over which.

The inbox always may: reading it is the recipient's own act. Every other channel may be used

- for a pupil only with the consent `notify-<channel>` in force;
- for a guardian without a consent, because deciding for a child needs the request (it is transactional), but not once
  that consent was withdrawn for this child, nor after the guardianship ended or the pupil turned 18;
- for staff as part of their work, while they have a role;
- for nobody who switched it off.

The rule is applied when a message is prepared and again just before it is sent, so that a withdrawal silences what
already waits.
"""

from dataclasses import dataclass

from bilet_notifications.domain.people import GUARDIAN, STUDENT, Correspondent, Recipient, Student

_CONSENT_TO = "notify-"


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach people.

    Attributes:
        name: its word in events, rows and preferences.
        is_sent: something outside takes the message; otherwise it is there once its row is.
    """

    name: str
    is_sent: bool = True

    @property
    def purpose(self) -> str:
        """The consent that a pupil gives to it."""
        return f"{_CONSENT_TO}{self.name}"


INBOX = Channel("inbox", is_sent=False)
EMAIL = Channel("email")

CHANNELS = (INBOX, EMAIL)
"""Every channel; a new one is a line here, a carrier in `sending/` and its templates."""


def channel_of(purpose: str) -> str | None:
    """Name the channel that a consent is about, also one that this version does not know; None for other purposes."""
    return purpose.removeprefix(_CONSENT_TO) if purpose.startswith(_CONSENT_TO) else None


def may_use(channel: Channel, correspondent: Correspondent, student: Student) -> bool:
    """Whether a message about this pupil may go to the correspondent over the channel now."""
    if not channel.is_sent:
        return True
    recipient = correspondent.recipient
    if channel.name in correspondent.unwanted or correspondent.dismissed:
        return False
    if recipient.kind == STUDENT:
        return channel.purpose in student.purposes and channel.name not in student.withdrawn
    if recipient.kind == GUARDIAN:
        return recipient.id in student.listeners and channel.name not in student.withdrawn
    return True


def channels_for(
    recipient: Recipient, student: Student, channels: tuple[Channel, ...] = CHANNELS
) -> tuple[Channel, ...]:
    """Choose the channels to prepare a message for, as far as the pupil's present state allows.

    The recipient's own preferences are read just before sending, where they count.
    """
    correspondent = Correspondent(recipient=recipient)
    return tuple(channel for channel in channels if may_use(channel, correspondent, student))
