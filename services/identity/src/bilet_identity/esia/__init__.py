"""Client of ЕСИА (Госуслуги): sends a guardian to sign in and reads who came back, and whose parent they are."""

from bilet_identity.esia.client import EsiaClient, EsiaConfiguration
from bilet_identity.esia.errors import EsiaAnswerInvalid, EsiaError, EsiaRefused, EsiaUnavailable
from bilet_identity.esia.person import EsiaChild, EsiaPerson
from bilet_identity.esia.signing import RsaSigner, Signer

__all__ = [
    "EsiaAnswerInvalid",
    "EsiaChild",
    "EsiaClient",
    "EsiaConfiguration",
    "EsiaError",
    "EsiaPerson",
    "EsiaRefused",
    "EsiaUnavailable",
    "RsaSigner",
    "Signer",
]
