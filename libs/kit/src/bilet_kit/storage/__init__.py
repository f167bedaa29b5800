"""One service's database: its transaction edges, its outbox table, its migrations."""
