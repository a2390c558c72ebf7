"""What other programs call: OpenAI's protocol, MCP, Gradio endpoints."""
