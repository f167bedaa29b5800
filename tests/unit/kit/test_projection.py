"""A projection takes an event's fields by the names of its columns, checked when the service is imported."""

from uuid import uuid4

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, Uuid

from bilet_contracts.identity import StudentChangedV1
from bilet_kit.consuming.consumers import Consumers
from bilet_kit.consuming.projection import Projection


def projection(*columns: str) -> Projection:
    fields = [Column(name, Text) for name in columns]
    key, sequence = Column("student_id", Uuid, primary_key=True), Column("sequence", BigInteger)
    return Projection(Table("pupils", MetaData(), key, *fields, sequence), key=("student_id",))


def test_columns_take_the_fields_of_their_names_and_no_others() -> None:
    pupil = uuid4()
    event = StudentChangedV1(
        region_code="47",
        student_id=pupil,
        status="active",
        grade=8,
        school_code="470001",
        decides_alone=False,
        guardian_ids=(),
        purposes=("processing",),
    )
    row = projection("status", "purposes").row_by_name(StudentChangedV1)(event)
    assert row == {"student_id": pupil, "status": "active", "purposes": ("processing",)}


def test_a_column_without_a_field_is_found_at_import() -> None:
    with pytest.raises(TypeError, match="no field for nickname of pupils"):
        Consumers("echo").project(StudentChangedV1, into=projection("status", "nickname"))
