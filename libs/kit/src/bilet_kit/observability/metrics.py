"""Prometheus metrics that every service has; labels never hold ids."""

from prometheus_client import Counter, Gauge, Histogram

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
HTTP_SECONDS = Histogram(
    "bilet_http_request_seconds", "Time to answer", ("method", "route", "status"), buckets=_BUCKETS
)
RELAYED = Counter("bilet_relay_events", "Outbox rows that Kafka confirmed")
RELAY_ACTIVE = Gauge("bilet_relay_active", "1 while this process holds the relay's lease")
RELAY_INTERRUPTIONS = Counter("bilet_relay_interruptions", "Times the relay had to begin again")
OUTBOX_ROWS = Gauge("bilet_outbox_rows", "Committed events not yet confirmed by Kafka, counted up to 10 000")
OUTBOX_AGE = Gauge("bilet_outbox_oldest_seconds", "Age of the oldest committed event not yet confirmed by Kafka, or 0")
EVENTS = Counter("bilet_events", "Records read from Kafka, by what became of them", ("type", "outcome"))
UNKNOWN_WORDS = Counter(
    "bilet_unknown_words", "Words of open vocabularies that this version passed over", ("type", "field")
)
BATCH_SECONDS = Histogram("bilet_batch_seconds", "Time from receiving a batch to its commit")
BATCH_RETRIES = Counter("bilet_batch_retries", "Batches tried again, by kind of error", ("kind",))
PARKED_ROWS = Gauge("bilet_parked_rows", "Records parked and waiting for a decision, counted up to 10 000")
CONSUMER_LAG = Gauge(
    "bilet_consumer_lag_records", "Records behind the end of the assigned partitions as the broker tells it, or NaN"
)
JOB_SUCCESS = Gauge("bilet_job_last_success_timestamp_seconds", "When a background job last ended well", ("job",))
FREE_CONNECTIONS = Gauge("bilet_database_free_connections", "Connections that are not in use, by pool", ("pool",))
BUILD = Gauge("bilet_build_info", "1, labelled with what runs", ("service", "version"))
JOB_FAILURES = Counter("bilet_job_failures", "Failed runs of a background job", ("job",))
