"""Whether Docker can be used here."""

import functools
import os

from testcontainers.core.docker_client import DockerClient

TURNED_OFF = "BILET_TEST_WITHOUT_DOCKER"


@functools.cache
def docker_is_there() -> bool:
    """Whether a Docker daemon answers, unless BILET_TEST_WITHOUT_DOCKER is set."""
    if os.environ.get(TURNED_OFF):
        return False
    try:
        DockerClient().client.ping()
    except Exception:  # noqa: BLE001 - docker-py, requests and urllib3 each have their own way to say "no daemon"
        return False
    return True
