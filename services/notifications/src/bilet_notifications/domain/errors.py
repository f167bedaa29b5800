"""Every way in which notifications refuses a request."""


class DomainError(Exception):
    """A rule that was broken.

    Attributes:
        code: stable, kebab-case, never reworded.
        title: the rule in Russian; `str(error)` is the detail, also in Russian.
    """

    code = "rule-broken"
    title = "Действие не разрешено правилами"
    detail = ""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.detail or self.title)


class MessageNotFound(DomainError):
    """The asker's inbox has no such message: it does not exist, or it is somebody else's."""

    code = "message-not-found"
    title = "Сообщение не найдено"
    detail = "В вашем ящике нет такого сообщения."


class ChannelNotSwitchable(DomainError):
    """There is no such channel, or it is the inbox, which nobody can switch off."""

    code = "channel-not-switchable"
    title = "Этот канал нельзя настроить"
    detail = "Такого канала нет, или его нельзя отключить."
