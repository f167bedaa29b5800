"""What runs: a service's parts, its HTTP process, its worker and its command."""
