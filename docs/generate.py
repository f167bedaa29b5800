"""Writes docs/openapi, docs/asyncapi and deploy/kafka/acls.yaml from the code, or says which of them are stale.

    python docs/generate.py write
    python docs/generate.py check

AsyncAPI comes from the contracts' registry and from each service's `publications` and `consumers`; FastStream cannot
write it, for behind its one subscriber of raw records it sees no events.
"""

import json
import os
import sys
from base64 import b64encode
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from acls import acls_text
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from event_documents import asyncapi_text

from bilet_kit.process.api import create_api
from bilet_kit.process.service import Service

DOCS = Path(__file__).parent
SERVICES = ("identity", "diagnostics", "booking", "notifications")


def openapi_text(service: Service) -> str:
    """Write the service's OpenAPI as it is committed."""
    return json.dumps(create_api(service).openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def documents() -> Iterator[tuple[Path, str]]:
    """Every document with its place."""
    services: list[Service] = [import_module(f"bilet_{name}.bootstrap").build() for name in SERVICES]
    for service in services:
        yield DOCS / "openapi" / f"{service.name}.json", openapi_text(service)
        yield DOCS / "asyncapi" / f"{service.name}.yaml", asyncapi_text(service)
    yield DOCS.parent / "deploy/kafka/acls.yaml", acls_text(services)


def give_placeholders() -> None:
    """Make an environment in which a service can be built but not started; documents need no secrets or servers."""
    signing = ec.generate_private_key(ec.SECP256R1())
    rsa_key = rsa.generate_private_key(65537, 2048)
    pem = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    os.environ.update(
        BILET_ENVIRONMENT="test",
        BILET_DATABASE_URL="postgresql://nobody@localhost/nothing",
        BILET_JWKS_URL="http://localhost/jwks.json",
        BILET_SIGNING_KEY=signing.private_bytes(*pem).decode(),
        BILET_SERVICE_SIGNING_KEY=signing.private_bytes(*pem).decode(),
        BILET_ESIA_SIGNING_KEY=rsa_key.private_bytes(*pem).decode(),
        BILET_ESIA_PUBLIC_KEY=rsa_key.public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        BILET_PERSONAL_DATA_KEY=b64encode(bytes(32)).decode(),
    )


def main() -> None:
    """Entry point."""
    give_placeholders()
    stale = []
    for path, text in documents():
        if sys.argv[1:] == ["write"]:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(f"{path.relative_to(DOCS.parent)}: stale, run `make schemas`")
    print("\n".join(stale) or "OpenAPI, AsyncAPI and access rules are current")
    sys.exit(bool(stale))


if __name__ == "__main__":
    main()
