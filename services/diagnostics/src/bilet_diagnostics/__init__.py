"""Diagnostics: instruments, attempts, scores, profiles and recommended competencies; never a name or a contact."""
