"""Messages in Russian: texts from templates, and moments as people say them."""
