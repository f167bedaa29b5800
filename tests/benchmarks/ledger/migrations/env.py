from tests.benchmarks.ledger.tables import metadata

from bilet_kit.storage.migrations import run_in_env

run_in_env(metadata)
