"""An issuer of access tokens for tests: its own ES256 keys, its JWKS served over real HTTP."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

AUDIENCE = "bilet-api"
LIFETIME_S = 300


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One ES256 key with the id under which the JWKS shows it."""

    kid: str
    private: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls) -> "SigningKey":
        return cls(kid=uuid4().hex[:12], private=ec.generate_private_key(ec.SECP256R1()))

    def public_jwk(self) -> dict[str, Any]:
        jwk: dict[str, Any] = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return jwk | {"kid": self.kid, "use": "sig", "alg": "ES256"}

    def pem(self) -> str:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()


@dataclass(slots=True)
class TokenMaker:
    """Signs access tokens as identity does and serves its public keys at `jwks_url` while it is entered."""

    key: SigningKey = field(default_factory=SigningKey.new)
    published: list[SigningKey] = field(default_factory=list)
    requests_seen: int = 0
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        self.published = [self.key]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    @property
    def issuer(self) -> str:
        return self._address()

    @property
    def jwks_url(self) -> str:
        return f"{self._address()}/.well-known/jwks.json"

    def token(self, role: str | None, subject: UUID | str, **claims: Any) -> str:  # noqa: ANN401 - claims are JSON
        """Sign a token of `role` for `subject`, valid for five minutes; `claims` replace the usual ones, None removes one."""
        now = int(time.time())
        usual: dict[str, Any] = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": str(subject),
            "role": role,
            "sid": str(uuid4()),
            "iat": now,
            "exp": now + LIFETIME_S,
        }
        body = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(body, self.key.private, algorithm="ES256", headers={"kid": self.key.kid})

    def headers(self, role: str, subject: UUID | str, **claims: Any) -> dict[str, str]:  # noqa: ANN401
        return {"Authorization": f"Bearer {self.token(role, subject, **claims)}"}

    def rotate(self) -> SigningKey:
        """Publish a new key beside the old ones and sign with it from now on."""
        self.key = SigningKey.new()
        self.published.append(self.key)
        return self.key

    def _address(self) -> str:
        if self._server is None:
            raise RuntimeError("enter the token maker first")
        return f"http://127.0.0.1:{self._server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        maker = self

        class Jwks(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                maker.requests_seen += 1
                body = json.dumps({"keys": [key.public_jwk() for key in maker.published]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        return Jwks
