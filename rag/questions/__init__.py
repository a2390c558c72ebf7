"""What a question asks for, what it leans on, and how far passages match it."""
