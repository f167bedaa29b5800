"""Sign-ins and tokens."""

from typing import Literal, Self
from uuid import UUID

from pydantic import Field, SecretStr

from bilet_identity.api.schemas.fields import Code, CodeChallenge, CodeVerifier
from bilet_identity.security.tokens import ACCESS_TERM
from bilet_identity.use_cases.sessions import SignedIn
from bilet_kit.access import ActingRole
from bilet_kit.web.schemas import Input, View


class SignInInput(Input):
    """Sign-in of a pupil or of staff; `role` chooses among several."""

    login: str = Field(min_length=1, max_length=64)
    password: SecretStr = Field(min_length=1, max_length=128)
    role: ActingRole | Literal["student"] | None = None


class RefreshInput(Input):
    """The newest refresh token of a session."""

    refresh_token: SecretStr = Field(min_length=1, max_length=100)


class ExchangeInput(Input):
    """The one-time code of ESIA's callback, and the verifier behind the sign-in's challenge."""

    code: Code
    code_verifier: CodeVerifier


class TokensView(View):
    """An access token, valid for `expires_in` seconds, and the refresh token for the next one."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - RFC 6750's word
    expires_in: int
    refresh_token: str
    subject: UUID
    role: str
    session_id: UUID

    @classmethod
    def of(cls, signed_in: SignedIn, access_token: str) -> Self:
        """View a session with a fresh access token and its newest refresh token."""
        session = signed_in.session
        return cls(
            access_token=access_token,
            expires_in=int(ACCESS_TERM.total_seconds()),
            refresh_token=signed_in.refresh_token,
            subject=session.subject_id,
            role=session.role,
            session_id=session.session_id,
        )


class EsiaSignInInput(Input):
    """A guardian wants to sign in, perhaps invited by a pupil.

    `code_challenge` is the SHA-256, as base64url without padding, of a fresh secret that the browser keeps and gives
    as `code_verifier` in the end (RFC 7636).
    """

    code_challenge: CodeChallenge
    invitation_code: Code | None = None


class EsiaRedirectView(View):
    """Where to send the browser."""

    authorize_url: str
