"""What passages of a text are made by: the headings above them, and a splitter of one's own."""
