"""What came of an evaluation, as text, JSON, HTML and JUnit."""
