"""What the rules of notifications refuse."""


class DomainError(Exception):
    """A refused request: a stable `code`, a Russian `title`, and a Russian detail as its text."""

    code = "notifications-error"
    title = "Запрос отклонён"


class MessageNotFound(DomainError):
    """There is no such message in the asker's inbox: it does not exist, or it is somebody else's."""

    code = "message-not-found"
    title = "Сообщение не найдено"

    def __init__(self) -> None:
        super().__init__("В вашем ящике нет такого сообщения.")
