"""Published events of Bilet: what services tell each other and the world, and how it lies on Kafka."""
