"""How often the evaluation itself is right about refusals and right answers."""
