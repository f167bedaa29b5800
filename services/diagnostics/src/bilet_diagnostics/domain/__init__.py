"""What diagnostics is about: instruments, attempts, scoring, recommendations. Standard library only, no input or output."""
