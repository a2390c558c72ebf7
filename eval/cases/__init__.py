"""What is asked: cases, public sets and their libraries, drafts of new cases."""
