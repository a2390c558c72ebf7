"""What no list of words can say: how questions, follow-ups, author lines and answers read."""
