"""Who ends a sign-in proves to have begun it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bilet_identity.security.pkce import challenge_of, proves

VERIFIERS = st.text("ABCXYZabcxyz0123456789-._~", min_size=43, max_size=128)


def test_the_example_of_rfc_7636() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@given(VERIFIERS, VERIFIERS)
def test_only_the_same_verifier_proves(one: str, other: str) -> None:
    challenge = challenge_of(one)

    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", challenge)
    assert proves(one, challenge)
    assert proves(other, challenge) is (one == other)
    assert not proves(challenge, challenge)
