"""The kinds of fields that several inputs share."""

from typing import Annotated

from fastapi import Query
from pydantic import Field, SecretStr

from bilet_identity.domain.access import PASSWORD_LENGTH

Name = Annotated[str, Field(min_length=1, max_length=100)]
Code = Annotated[str, Field(min_length=1, max_length=64)]
CodeChallenge = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
CodeVerifier = Annotated[SecretStr, Field(min_length=43, max_length=128)]
Email = Annotated[str, Field(max_length=320, pattern=r"^[^@\s<>]{1,64}@[^@\s<>]{1,255}$")]
Login = Annotated[str, Field(pattern=r"^[A-Za-z0-9._@-]{3,64}$")]
NewPassword = Annotated[SecretStr, Field(min_length=PASSWORD_LENGTH[0], max_length=PASSWORD_LENGTH[1])]
RegionCode = Annotated[str, Field(pattern=r"^[0-9]{2,3}$")]
AskedRegion = Annotated[
    str | None, Query(pattern=r"^[0-9]{2,3}$", description="Код региона, которому принадлежит файл")
]
DirectoryCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,32}$")]
