"""Where the project's files and a user's caches are.

The stack runs from a checkout: topics, the gateway's template and Kafka's list of jars are shared with docker-compose.yml.
"""

from pathlib import Path

import platformdirs

PROJECT_ROOT = Path(__file__).resolve().parents[4]
TOPICS_FILE = PROJECT_ROOT / "deploy/kafka/topics.yaml"
ACLS_FILE = PROJECT_ROOT / "deploy/kafka/acls.yaml"
KAFKA_PROPERTIES = PROJECT_ROOT / "deploy/kafka/server.properties"
GATEWAY_TEMPLATE = PROJECT_ROOT / "deploy/gateway/envoy.yaml.j2"
WELCOME_TEMPLATE = PROJECT_ROOT / "deploy/gateway/welcome.html.j2"
GATEWAY_CONFIGURATION = PROJECT_ROOT / "deploy/gateway/envoy.yaml"
KAFKA_POM = PROJECT_ROOT / "deploy/local/kafka/pom.xml"
KAFKA_LOGGING = PROJECT_ROOT / "deploy/local/kafka/log4j2.properties"


def cache_dir() -> Path:
    """Where downloads that survive `bilet down` are kept."""
    return platformdirs.user_cache_path("bilet")


def default_state_dir() -> Path:
    """Where an installation keeps its data, logs and keys unless told otherwise."""
    return platformdirs.user_state_path("bilet")
