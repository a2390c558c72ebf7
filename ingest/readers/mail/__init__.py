"""Readers of mail: single messages, Outlook's own files, and mailboxes."""
