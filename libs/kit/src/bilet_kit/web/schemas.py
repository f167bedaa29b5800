"""What every request's body and every answer is made of; each service's `api/schemas` says the rest."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

V = TypeVar("V", bound=BaseModel)


class Input(BaseModel):
    """A request's body: unknown fields are refused, and no error repeats what was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class View(BaseModel):
    """An answer, or a part of one; a view of a domain value is made by its `of`."""

    model_config = ConfigDict(frozen=True)


class PageView(View, Generic[V]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[V]
    next_cursor: str | None
