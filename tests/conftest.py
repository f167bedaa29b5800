"""Fixtures of every test are in tests/support/plugin.py."""

pytest_plugins = ["tests.support.plugin"]
