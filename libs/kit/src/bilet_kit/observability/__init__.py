"""What a process tells about itself: logs, metrics and traces, none of which names a person."""
