"""Interfaces for other programs: OpenAI's protocol, MCP, Gradio endpoints."""
