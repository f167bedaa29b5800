from bilet_kit.migrations import run_in_env
from tests.benchmarks.ledger.tables import metadata

run_in_env(metadata)
