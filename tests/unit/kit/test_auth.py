"""Which tokens are believed: signed by a published key, for us, by our issuer, now."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bilet_kit.web.auth import KeySet
from bilet_kit.web.problems import Problem
from tests.support.echo_service.settings import settings_for
from tests.support.tokens import SigningKey, TokenMaker

STUDENT = uuid4()


@pytest.fixture(scope="module")
def maker() -> Iterator[TokenMaker]:
    with TokenMaker() as maker:
        yield maker


@pytest.fixture(scope="module")
def keys(maker: TokenMaker) -> KeySet:
    settings = settings_for("postgresql://nobody@127.0.0.1/nothing", token_issuer=maker.issuer)
    return KeySet(settings, {maker.key.kid: maker.key.private.public_key()})


def code_of(keys: KeySet, token: str) -> str:
    with pytest.raises(Problem) as refused:
        keys.verify(token)
    assert refused.value.status == 401
    assert refused.value.headers == {"WWW-Authenticate": "Bearer"}
    return refused.value.code


def test_a_valid_token_names_its_principal(keys: KeySet, maker: TokenMaker) -> None:
    principal = keys.verify(maker.token("student", STUDENT))
    assert (principal.subject, principal.role) == (STUDENT, "student")


def test_an_expired_token_is_refused_with_a_code_of_its_own(keys: KeySet, maker: TokenMaker) -> None:
    assert code_of(keys, maker.token("student", STUDENT, exp=int(time.time()) - 1)) == "token-expired"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-api"},
        {"aud": None},
        {"exp": None},
        {"role": None},
        {"sid": None},
        {"sub": "not an id"},
        {"sub": None},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
def test_a_token_for_somebody_else_or_without_a_claim_is_refused(
    keys: KeySet, maker: TokenMaker, claims: dict[str, Any]
) -> None:
    role, others = claims.get("role", "student"), {name: value for name, value in claims.items() if name != "role"}
    assert code_of(keys, maker.token(role, STUDENT, **others)) == "token-invalid"


def test_a_token_of_an_unknown_key_is_refused_and_the_key_is_asked_for(maker: TokenMaker) -> None:
    asked = []

    class Asking(KeySet):
        def ask_for_keys(self) -> None:
            asked.append(1)

    known = {"another": SigningKey.new().private.public_key()}
    keys = Asking(settings_for("postgresql://nobody@127.0.0.1/nothing", token_issuer=maker.issuer), known)
    assert code_of(keys, maker.token("student", STUDENT)) == "token-key-unknown"
    assert asked


def test_while_no_keys_are_known_a_token_is_not_wrong_but_to_be_shown_again(maker: TokenMaker) -> None:
    keys = KeySet(settings_for("postgresql://nobody@127.0.0.1/nothing", token_issuer=maker.issuer))
    with pytest.raises(Problem) as postponed:
        keys.verify(maker.token("student", STUDENT))
    assert (postponed.value.status, postponed.value.code) == (503, "try-again")
    assert postponed.value.headers == {"Retry-After": "1"}


def test_another_key_under_a_known_name_is_refused(keys: KeySet, maker: TokenMaker) -> None:
    forger = TokenMaker(key=SigningKey(maker.key.kid, SigningKey.new().private))
    with forger:
        assert code_of(keys, forger.token("student", STUDENT, iss=maker.issuer)) == "token-invalid"


def unsigned(header: dict[str, str], claims: dict[str, object]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, ""])


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS256"])
def test_a_token_cannot_choose_its_own_algorithm(keys: KeySet, maker: TokenMaker, algorithm: str) -> None:
    claims = jwt.decode(maker.token("student", STUDENT), options={"verify_signature": False})
    token = unsigned({"alg": algorithm, "kid": maker.key.kid, "typ": "JWT"}, claims)
    assert code_of(keys, token) == "token-invalid"


def test_the_public_key_is_no_secret_to_sign_with(keys: KeySet, maker: TokenMaker) -> None:
    claims = jwt.decode(maker.token("student", STUDENT), options={"verify_signature": False})
    unsealed = unsigned({"alg": "HS256", "kid": maker.key.kid, "typ": "JWT"}, claims)[:-1]
    public = maker.key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    seal = base64.urlsafe_b64encode(hmac.digest(public, unsealed.encode(), "sha256")).rstrip(b"=").decode()
    assert code_of(keys, f"{unsealed}.{seal}") == "token-invalid"


@given(st.text(max_size=60) | st.from_regex(r"[\w-]{1,20}\.[\w-]{1,20}\.[\w-]{0,20}", fullmatch=True))
def test_no_rubbish_is_believed_or_breaks_anything(keys: KeySet, rubbish: str) -> None:
    assert code_of(keys, rubbish) in {"token-invalid", "token-key-unknown"}
