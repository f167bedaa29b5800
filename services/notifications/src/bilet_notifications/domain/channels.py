"""Which channel may be used for whom.

The inbox is always used: reading it is the recipient's own act. E-mail:

- to a pupil only with the consent `notify-email` in force;
- to a guardian without a consent, because deciding for a child needs the request (it is transactional), but not once
  `notify-email` was withdrawn for this child, nor after the guardianship ended or the pupil turned 18;
- to staff as part of their work, while they have a role;
- to nobody who switched e-mail off.

The rule is applied when a message is prepared and again just before it is sent, so that a withdrawal silences what
already waits.
"""

from typing import Literal

from bilet_notifications.domain.people import EMAIL_PURPOSE, GUARDIAN, STUDENT, Correspondent, Recipient, Student

Channel = Literal["inbox", "email"]

INBOX: Channel = "inbox"
EMAIL: Channel = "email"


def may_email(correspondent: Correspondent, student: Student) -> bool:
    """Whether an e-mail about this pupil may go to the correspondent now."""
    recipient = correspondent.recipient
    if not correspondent.wants_email or correspondent.dismissed:
        return False
    if recipient.kind == STUDENT:
        return EMAIL_PURPOSE in student.purposes and not student.email_withdrawn
    if recipient.kind == GUARDIAN:
        return recipient.id in student.listeners and not student.email_withdrawn
    return True


def channels_for(recipient: Recipient, student: Student) -> tuple[Channel, ...]:
    """The channels to prepare a message for, as far as the pupil's state allows by now."""
    return (INBOX, EMAIL) if may_email(Correspondent(recipient=recipient), student) else (INBOX,)
