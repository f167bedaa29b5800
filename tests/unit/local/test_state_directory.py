import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bilet_local.display import PHASES
from bilet_local.errors import StackError
from bilet_local.installation import DATABASES
from bilet_local.keys import generate, load_or_generate
from bilet_local.state import NodeState, Phase, Progress, StackState, StateDirectory


def test_what_was_written_is_read(tmp_path: Path) -> None:
    directory = StateDirectory(tmp_path)
    state = StackState(
        supervisor_pid=1, started_at=datetime.now(UTC), nodes=[NodeState(name="kafka", progress=Progress.READY)]
    )
    directory.write(state)

    assert directory.read() == state


@pytest.mark.parametrize("content", [b"", b"{", b'{"phase": "dancing"}', b"\xff"])
def test_a_broken_state_file_counts_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state.json").write_bytes(content)

    assert StateDirectory(tmp_path).read() is None


def test_a_second_supervisor_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bilet_local.state._LOCK_PATIENCE", 0.01)
    directory = StateDirectory(tmp_path)

    with directory.held():
        assert directory.is_supervised()
        with pytest.raises(StackError, match="уже запущен"), StateDirectory(tmp_path).held():
            pytest.fail("two supervisors hold one installation")
    assert not directory.is_supervised()


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    first = load_or_generate(file)

    assert load_or_generate(file) == first
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_installation_of_before_keeps_its_keys_and_gets_those_that_came_later(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    before = {name: value for name, value in asdict(generate()).items() if not name.startswith(("kafka", "database_p"))}
    file.write_text(json.dumps(before | {"database_password": "of before"}))

    keys = load_or_generate(file)

    assert before.items() <= asdict(keys).items()
    assert set(keys.kafka_passwords) == {"admin", "controller", "integrator", *DATABASES}
    assert load_or_generate(file) == keys


@pytest.mark.parametrize("content", ["", "{", "[]", '{"identity_signing": "only one"}'])
def test_keys_that_cannot_be_read_are_not_replaced(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(content)

    with pytest.raises(StackError, match="не читаются"):
        load_or_generate(file)
    assert file.read_text() == content


def test_a_state_that_was_never_started_says_so(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="bilet up"):
        StateDirectory(tmp_path).installation()


def test_a_phase_is_told_in_words() -> None:
    assert set(PHASES) == set(Phase)
