"""Keys of a local installation: made on its first start, kept in its state directory, readable by its owner alone.

`python -m bilet_local.keys` prints the same set as an .env file for docker-compose.yml.
"""

import json
import secrets
from base64 import b64encode
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bilet_local.certificates import issue
from bilet_local.errors import StackError
from bilet_local.installation import DATABASES
from bilet_local.ports import LOOPBACK

_RSA_BITS = 2048
_PERSONAL_DATA_KEY_BYTES = 32
_PASSWORD_BYTES = 24
_KAFKA_HOSTS = ("kafka", "localhost", LOOPBACK)
INTEGRATOR = "integrator"
BUS_USERS = (*DATABASES, INTEGRATOR)
KAFKA_USERS = ("admin", "controller", *BUS_USERS)
_DROPPED = {"operator_password"}
_ADDED_LATER = {"database_passwords", "kafka_passwords", "kafka_certificate", "kafka_certificate_key", "kafka_ca"}
"""What an installation of before gets when it is started next; any other missing key is a loss that nobody may paper over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationKeys:
    """Private keys are PKCS#8 PEM, public ones SubjectPublicKeyInfo PEM.

    Attributes:
        identity_signing: ES256, signs access tokens.
        personal_data: base64 of 32 bytes, encrypts identity's personal data.
        esia_client: RSA, signs our requests to ESIA.
        esia_server: RSA, the stand-in signs its tokens with it.
        notifications: ES256, notifications signs its requests to identity.
        database_password: of PostgreSQL's superuser (docker compose).
        database_passwords: of each service's own role (docker compose).
        kafka_passwords: of each user of a closed Kafka, and of its controller.
        kafka_certificate: the broker's, PEM, with its key and who signed it.
    """

    identity_signing: str
    personal_data: str
    esia_client: str
    esia_client_public: str
    esia_server: str
    esia_server_public: str
    notifications: str
    notifications_public: str
    database_password: str
    database_passwords: dict[str, str]
    kafka_passwords: dict[str, str]
    kafka_certificate: str
    kafka_certificate_key: str
    kafka_ca: str

    @property
    def bus_passwords(self) -> dict[str, str]:
        """The passwords of those who use the bus, without those who run it."""
        return {user: self.kafka_passwords[user] for user in BUS_USERS}


def generate() -> InstallationKeys:
    """Make a new set."""
    esia_client, esia_client_public = _pem_pair(rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS))
    esia_server, esia_server_public = _pem_pair(rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS))
    notifications, notifications_public = _pem_pair(ec.generate_private_key(ec.SECP256R1()))
    kafka = issue(*_KAFKA_HOSTS)
    return InstallationKeys(
        identity_signing=_pem_pair(ec.generate_private_key(ec.SECP256R1()))[0],
        personal_data=b64encode(secrets.token_bytes(_PERSONAL_DATA_KEY_BYTES)).decode(),
        esia_client=esia_client,
        esia_client_public=esia_client_public,
        esia_server=esia_server,
        esia_server_public=esia_server_public,
        notifications=notifications,
        notifications_public=notifications_public,
        database_password=_password(),
        database_passwords={service: _password() for service in DATABASES},
        kafka_passwords={user: _password() for user in KAFKA_USERS},
        kafka_certificate=kafka.certificate,
        kafka_certificate_key=kafka.key,
        kafka_ca=kafka.authority,
    )


def load_or_generate(file: Path) -> InstallationKeys:
    """Read the keys, or make and keep them (mode 0600); losing the file loses the personal data encrypted with it.

    Raises:
        StackError: the file cannot be read as keys.
    """
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(generate())), encoding="utf-8")
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        missing = _ADDED_LATER - set(stored)
        added = {name: value for name, value in asdict(generate()).items() if name in missing} if missing else {}
        keys = InstallationKeys(**{name: value for name, value in stored.items() if name not in _DROPPED}, **added)
    except (ValueError, TypeError, AttributeError):
        advice = "Верните файл из копии или начните с пустой установки: bilet down --erase"
        raise StackError(f"Ключи в {file} не читаются. {advice}") from None
    if missing:
        file.write_text(json.dumps(asdict(keys)), encoding="utf-8")
    return keys


def _password() -> str:
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def _pem_pair(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> tuple[str, str]:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def as_env_file(keys: InstallationKeys) -> str:
    """Write the keys as docker-compose.yml names them; line breaks of PEM stay within the quotes."""
    values = {name: value for name, value in asdict(keys).items() if isinstance(value, str)}
    values |= {f"database_password_{role}": password for role, password in keys.database_passwords.items()}
    values |= {f"kafka_password_{user}": password for user, password in keys.kafka_passwords.items()}
    values["bus_passwords"] = json.dumps(keys.bus_passwords)
    values["trusted_services"] = json.dumps({"notifications": keys.notifications_public})
    return "".join(f"BILET_KEY_{name.upper()}='{value}'\n" for name, value in values.items())


if __name__ == "__main__":
    print(as_env_file(generate()), end="")
