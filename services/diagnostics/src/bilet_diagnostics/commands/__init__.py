"""What `bilet-diagnostics` has beyond the commands of every service; each module adds its own to the command."""
