"""What a question asks for, and what of it a text has."""
