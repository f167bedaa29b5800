"""What the `bilet-notifications` command has beside what every service's has."""
