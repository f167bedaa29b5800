"""`bilet demo`: a cohort of pupils goes through a season over real HTTP, and what must hold is verified from outside."""
