"""What is stored: the catalog, which is the truth, and two indexes kept in step with it."""
