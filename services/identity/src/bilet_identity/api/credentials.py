"""A new account's password is hashed before the transaction begins: a connection must not wait for argon2.

In a route these dependencies stand before the transaction; FastAPI resolves them in the order of the parameters.
"""

from typing import Annotated

from fastapi import Depends

from bilet_identity.api.parts import Parts, RunningParts
from bilet_identity.api.schemas.staff import StaffActivationInput
from bilet_identity.api.schemas.students import AccountInput, RosterClaimInput, StudentInput
from bilet_identity.domain.access import check_password
from bilet_identity.use_cases.students import Credentials


async def of_student(parts: RunningParts, body: StudentInput) -> Credentials:
    """Hash the password of a pupil who registers."""
    return await _hashed(parts, body)


async def of_claim(parts: RunningParts, body: RosterClaimInput) -> Credentials:
    """Hash the password of a pupil who claims a place."""
    return await _hashed(parts, body)


async def of_staff(parts: RunningParts, body: StaffActivationInput) -> Credentials:
    """Hash the password of a member of the staff."""
    return await _hashed(parts, body)


StudentCredentials = Annotated[Credentials, Depends(of_student)]
ClaimCredentials = Annotated[Credentials, Depends(of_claim)]
StaffCredentials = Annotated[Credentials, Depends(of_staff)]


async def _hashed(parts: Parts, account: AccountInput) -> Credentials:
    password = account.password.get_secret_value()
    check_password(password, login=account.login)
    return Credentials(account.login, await parts.passwords.hash(password))
