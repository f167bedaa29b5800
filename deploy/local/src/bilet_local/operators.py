"""Operators of the regions of a local installation: made when they are needed, their passwords kept beside the keys."""

import json
import secrets
import subprocess
from dataclasses import asdict, dataclass

from bilet_local import environments
from bilet_local.errors import StackError
from bilet_local.state import StateDirectory
from bilet_local.topology import script

_WITHIN = 60
_PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True)
class Operator:
    """Who may import a region's pack."""

    login: str
    password: str
    region: str


def ensure_operator(directory: StateDirectory, region: str) -> Operator:
    """Return the first operator of a region, made on the first call; the schema must be there, the services need not run.

    Raises:
        StackError: identity refused.
    """
    known = next((operator for operator in known_operators(directory) if operator.region == region), None)
    return known or create_operator(directory, region, f"operator-{region}", secrets.token_urlsafe(_PASSWORD_BYTES))


def create_operator(directory: StateDirectory, region: str, login: str, password: str) -> Operator:
    """Create an operator of a region and keep the password; a repeat with the same one changes nothing.

    Raises:
        StackError: identity refused.
    """
    environment = environments.of_service("identity", directory.installation(), directory.keys())
    finished = subprocess.run(  # noqa: S603 - our own command
        [script("bilet-identity"), "create-operator", login, "--region", region, "--email", f"{login}@bilet.local"],
        env=environment | {"BILET_OPERATOR_PASSWORD": password},
        capture_output=True,
        text=True,
        timeout=_WITHIN,
        check=False,
    )
    if finished.returncode:
        raise StackError(f"Оператор не заведён: {(finished.stderr or finished.stdout).strip()[-500:]}")
    operator = Operator(login, password, region)
    _keep(directory, [*(one for one in known_operators(directory) if one.login != login), operator])
    return operator


def known_operators(directory: StateDirectory) -> tuple[Operator, ...]:
    """List the operators made so far, in the order in which they were made.

    Raises:
        StackError: the file that keeps them cannot be read.
    """
    try:
        return tuple(Operator(**one) for one in json.loads(directory.operators_file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return ()
    except (ValueError, TypeError):
        raise StackError(f"Не читается {directory.operators_file}: верните файл из копии или удалите его.") from None


def _keep(directory: StateDirectory, operators: list[Operator]) -> None:
    fresh = directory.operators_file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps([asdict(operator) for operator in operators], ensure_ascii=False), encoding="utf-8")
    fresh.replace(directory.operators_file)
