"""Sending e-mail: contacts from identity at the moment of sending, the mail server, and the job that joins them."""
