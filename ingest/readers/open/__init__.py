"""Readers of formats that many programs write: open documents, Rich Text, notebooks, subtitles."""
