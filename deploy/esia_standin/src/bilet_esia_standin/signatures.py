"""Checks of our client's request signatures: RSA with SHA-256 over the joined values of the request."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_pem_x509_certificate


@dataclass(frozen=True, slots=True)
class ClientKey:
    """The registered key of a client system and the hash by which requests name it."""

    public_key: rsa.RSAPublicKey
    certificate_hash: str

    def signed(self, message: str, signature: str) -> bool:
        """Whether the base64url `signature` was made over `message` by the holder of this key."""
        try:
            raw = base64.b64decode(signature + "=" * (-len(signature) % 4), altchars=b"-_", validate=True)
            self.public_key.verify(raw, message.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


def load_client_key(pem: str) -> ClientKey:
    """Read a certificate or a bare public key from PEM.

    The hash is SHA-256 in upper-case hex over the DER of what was given. Raises ValueError for anything but RSA.
    """
    raw = pem.encode()
    if b"CERTIFICATE" in raw:
        certificate = load_pem_x509_certificate(raw)
        key, der = certificate.public_key(), certificate.public_bytes(serialization.Encoding.DER)
    else:
        loaded = serialization.load_pem_public_key(raw)
        der = loaded.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return ClientKey(_rsa(loaded), hashlib.sha256(der).hexdigest().upper())
    return ClientKey(_rsa(key), hashlib.sha256(der).hexdigest().upper())


def _rsa(key: object) -> rsa.RSAPublicKey:
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("the client's key is not an RSA key")  # noqa: TRY004 - a wrong value in the settings
    return key
