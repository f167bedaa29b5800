"""The first login of a local installation: its region's operator, made once, whose password is kept with the keys."""

import subprocess
from dataclasses import dataclass

from bilet_local import environments
from bilet_local.errors import StackError
from bilet_local.state import StateDirectory
from bilet_local.topology import script

_REGION = "63"
_LOGIN = "operator"
_EMAIL = "operator@bilet.local"
_WITHIN = 60


@dataclass(frozen=True, slots=True)
class Operator:
    """Who may import a region's pack."""

    login: str
    password: str


def ensure_operator(directory: StateDirectory) -> Operator:
    """Return the operator of region 63, made on the first call; the schema must be there, the services need not run.

    Raises:
        StackError: identity refused.
    """
    keys = directory.keys()
    operator = Operator(_LOGIN, keys.operator_password)
    done = directory.root / "operator-created"
    if done.exists():
        return operator
    environment = environments.of_service("identity", directory.installation(), keys)
    finished = subprocess.run(  # noqa: S603 - our own command
        [script("bilet-identity"), "create-operator", _LOGIN, "--region", _REGION, "--email", _EMAIL],
        env=environment | {"BILET_OPERATOR_PASSWORD": operator.password},
        capture_output=True,
        text=True,
        timeout=_WITHIN,
        check=False,
    )
    if finished.returncode:
        raise StackError(f"Оператор не заведён: {(finished.stderr or finished.stdout).strip()[-500:]}")
    done.touch()
    return operator
