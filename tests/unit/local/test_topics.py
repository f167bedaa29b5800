from bilet_contracts.registry import REGISTRY
from bilet_local.topics import read_topics


def test_every_topic_an_event_names_is_made() -> None:
    named = {event.topic for event in REGISTRY.values()}

    assert named <= {topic.name for topic in read_topics()}


def test_events_are_kept_21_days_and_the_catalogue_is_compacted() -> None:
    kept = {topic.name: (topic.config["cleanup.policy"], topic.config["retention.ms"]) for topic in read_topics()}

    assert kept.pop("booking.catalogue") == ("compact", "-1")
    assert set(kept.values()) == {("delete", str(21 * 24 * 60 * 60 * 1000))}


def test_all_topics_have_twelve_partitions() -> None:
    assert {topic.partitions for topic in read_topics()} == {12}
