"""Fixtures of every test are in tests/support/plugin.py."""

from hypothesis import settings

pytest_plugins = ["tests.support.plugin"]

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure of a rule
settings.load_profile("untimed")
