"""The HTTP edge: who asks, what a request may contain, and how every answer and error looks."""
