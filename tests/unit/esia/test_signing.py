"""Our requests' signatures can be checked by whoever holds the certificate, and by nobody's other key."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from bilet_esia_standin.signatures import load_client_key
from bilet_identity.esia import RsaSigner

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "BILET")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(name, name, KEY.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
    )
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


SIGNER = RsaSigner(pem(KEY))
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
CHECKER = load_client_key(PUBLIC.decode())


@given(message=st.text(), other=st.text())
def test_a_signature_holds_for_its_message_and_for_no_other(message: str, other: str) -> None:
    signature = base64.urlsafe_b64encode(SIGNER.sign(message.encode())).decode()

    assert CHECKER.signed(message, signature)
    assert CHECKER.signed(other, signature) == (message == other)


def test_both_sides_name_a_certificate_by_the_same_hash() -> None:
    registered = certificate()

    assert RsaSigner(pem(KEY), registered).certificate_hash == load_client_key(registered).certificate_hash
    assert SIGNER.certificate_hash == CHECKER.certificate_hash
    assert SIGNER.certificate_hash != RsaSigner(pem(KEY), registered).certificate_hash


def test_a_signer_takes_rsa_keys_only() -> None:
    with pytest.raises(ValueError, match="RSA"):
        RsaSigner(pem(ec.generate_private_key(ec.SECP256R1())))
