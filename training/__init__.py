"""Makes the shipped weights; README.md says from what, how long it takes, how it is checked."""
