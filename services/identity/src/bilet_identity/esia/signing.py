"""Signatures of our requests to ЕСИА. GOST comes as another `Signer`."""

import hashlib
from typing import Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_pem_x509_certificate


class Signer(Protocol):
    """Signs a request and names the certificate to check it with."""

    @property
    def certificate_hash(self) -> str:
        """The value of `client_certificate_hash`."""

    def sign(self, message: bytes) -> bytes:
        """Sign `message`; the signature is detached."""


class RsaSigner:
    """RSA with SHA-256 (PKCS #1 v1.5)."""

    def __init__(self, private_key: str, certificate: str | None = None) -> None:
        """Read the key, and the certificate registered with ЕСИА, from PEM. Raises ValueError for anything but RSA.

        Without a certificate the hash is taken over the public key, which is what the stand-in is given.
        """
        key = serialization.load_pem_private_key(private_key.encode(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("the signing key is not an RSA key")  # noqa: TRY004 - a wrong value in the settings
        self._key = key
        self._certificate_hash = hashlib.sha256(_registered(key, certificate)).hexdigest().upper()

    @property
    def certificate_hash(self) -> str:
        """SHA-256 over the DER of the certificate, in upper-case hex."""
        return self._certificate_hash

    def sign(self, message: bytes) -> bytes:
        """Sign `message`; the signature is detached."""
        return self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def _registered(key: rsa.RSAPrivateKey, certificate: str | None) -> bytes:
    if certificate is not None:
        return load_pem_x509_certificate(certificate.encode()).public_bytes(serialization.Encoding.DER)
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
