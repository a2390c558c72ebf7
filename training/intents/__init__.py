"""Makes the weights that tell questions from what is asked about the documents."""
