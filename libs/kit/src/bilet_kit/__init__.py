"""What the services share: everything between a use case and PostgreSQL, Kafka and HTTP."""
