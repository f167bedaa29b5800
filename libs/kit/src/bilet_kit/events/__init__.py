"""How committed events leave: decisions become events, the relay carries them to Kafka."""
