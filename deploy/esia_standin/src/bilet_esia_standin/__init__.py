"""A stand-in for Госуслуги's ESIA: signed authorization requests, one-time codes, RS256 tokens and personal data on request."""
