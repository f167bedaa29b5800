"""How ESIA says no: an OAuth error word and a numbered description."""


class Refusal(Exception):
    """A request that ESIA refuses.

    `error` is the OAuth 2.0 word (RFC 6749, sections 4.1.2.1 and 5.2), `number` the code from the appendix of
    ESIA's «Методические рекомендации», `status` the HTTP status where the answer is not a redirect.
    """

    def __init__(self, error: str, number: str, description: str, *, status: int = 400) -> None:
        super().__init__(f"ESIA-{number}: {description}")
        self.error = error
        self.status = status

    @property
    def description(self) -> str:
        """The numbered description, as ESIA writes it."""
        return str(self)


def unknown_client() -> Refusal:
    """Refuse a mnemonic that is not registered, or a certificate that is another one."""
    return Refusal("unauthorized_client", "007002", "Certificate and client_id do not match", status=401)


def wrong_parameter(name: str) -> Refusal:
    """Refuse a parameter whose value is impossible or given more than once."""
    return Refusal("invalid_request", "007003", f"Wrong or repeated parameter: {name}")


def missing_parameter(name: str) -> Refusal:
    """Refuse a request without a mandatory parameter."""
    return Refusal("invalid_request", "007014", f"The request does not contain the mandatory parameter: {name}")


def unknown_scope() -> Refusal:
    """Refuse a scope that ESIA does not know or that leaves out `openid`."""
    return Refusal("invalid_scope", "007006", "The requested scope is invalid, unknown, or malformed")


def invalid_code() -> Refusal:
    """Refuse a code that is unknown, used, expired, or was issued for another address."""
    return Refusal("invalid_grant", "007011", "The authorization code is invalid, expired or revoked")


def wrong_time() -> Refusal:
    """Refuse a request whose timestamp is too far from ESIA's clock."""
    return Refusal("invalid_request", "007015", "Wrong request time")


def no_permission() -> Refusal:
    """Refuse an access token that does not cover what was asked for."""
    return Refusal("access_denied", "007019", "No permission for the requested data", status=403)


def unknown_redirect() -> Refusal:
    """Refuse a return address that is not on the client's list."""
    return Refusal("invalid_request", "007023", "redirect_uri is not allowed for this client")


def wrong_signature() -> Refusal:
    """`client_secret` does not sign this request with the client's key."""
    return Refusal("invalid_client", "007053", "client_secret is wrong", status=401)


def invalid_token() -> Refusal:
    """Refuse an access token that is not ours or has expired."""
    return Refusal("invalid_token", "005024", "The access token is invalid or expired", status=401)
