"""How fast it is, how much it takes, how it behaves at size."""
