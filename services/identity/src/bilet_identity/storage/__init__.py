"""Tables, sealing of personal data, and rows to domain and back."""
