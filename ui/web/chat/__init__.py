"""The chat: its components and events, the conversation as data, the settings for a question."""
