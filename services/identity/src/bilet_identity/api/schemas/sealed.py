"""What the idempotency record of an answer with a one-time code holds."""

from bilet_kit.web.schemas import View


class SealedView(View):
    """A sealed answer, kept in the place of the open one."""

    sealed: str
