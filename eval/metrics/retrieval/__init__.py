"""Metrics of what was retrieved, whatever the bot answered."""
