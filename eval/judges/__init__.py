"""Who judges a sentence against its source, and how good that judge is."""
