"""The same work without any of our code: what the machine, PostgreSQL and the Kafka client allow."""
