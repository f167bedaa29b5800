"""Logs are written by allow-list: what is not named is not written, whoever writes it."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bilet_kit.observability.logs import ALLOWED, configure_logs, keep_allowed
from tests.support.echo_service.settings import settings_for

SECRET = "Иванов Иван 112-233-445 95"
NAMES = st.sampled_from(sorted(ALLOWED)) | st.text(min_size=1, max_size=12)


@pytest.fixture(autouse=True)
def quiet_afterwards() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Collect what the process writes to its standard output."""
    output = io.StringIO()
    monkeypatch.setattr(sys, "stdout", output)
    configure_logs(settings_for("postgresql://nobody@127.0.0.1/nothing"), "echo", "test")
    return output


@given(st.dictionaries(NAMES, st.text(max_size=10)))
def test_only_fields_of_the_list_are_kept(fields: dict[str, str]) -> None:
    kept = keep_allowed(None, "info", dict(fields))
    assert kept == {name: value for name, value in fields.items() if name in ALLOWED}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    fields=st.dictionaries(
        st.from_regex(r"[a-z_]{1,12}", fullmatch=True).filter(lambda name: name not in ALLOWED),
        st.just(SECRET),
        max_size=4,
    )
)
def test_a_field_that_is_not_on_the_list_never_reaches_the_output(written: io.StringIO, fields: dict[str, str]) -> None:
    written.seek(0)
    written.truncate()
    structlog.get_logger().warning("something-happened", status=200, **fields)
    line = written.getvalue()
    assert json.loads(line)["status"] == 200
    assert SECRET not in line


def test_a_bound_field_is_dropped_as_well(written: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(full_name=SECRET, request_id="r1"):
        structlog.get_logger().info("something-happened")
    line = written.getvalue()
    assert json.loads(line)["request_id"] == "r1"
    assert SECRET not in line


def test_a_library_s_line_keeps_its_template_and_not_its_filling(written: io.StringIO) -> None:
    logging.getLogger("some.library").error("could not greet %s", SECRET)
    line = json.loads(written.getvalue())
    assert (line["event"], line["logger"]) == ("could not greet %s", "some.library")


def test_a_library_s_ready_made_line_is_reduced_to_its_logger(written: io.StringIO) -> None:
    logging.getLogger("some.library").error(f"could not greet {SECRET}")  # noqa: G004 - this is what libraries do
    assert SECRET not in written.getvalue()


def test_an_exception_is_logged_by_its_type_alone(written: io.StringIO) -> None:
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger("some.library").exception("failed with %s", "x")
        structlog.get_logger().exception("failed")
    output = written.getvalue()
    assert "ValueError" in output
    assert SECRET not in output
