"""The colours and fonts of Gradio's components; those of the page are in assets/css/base.css."""

import gradio as gr

THEME = gr.themes.Base(
    primary_hue=gr.themes.colors.teal,
    neutral_hue=gr.themes.colors.stone,
    radius_size=gr.themes.sizes.radius_md,
    # Strings, not Gradio's default font objects, which load from Google or from the server.
    font=["system-ui", "-apple-system", "Segoe UI", "sans-serif"],
    font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
).set(
    body_background_fill="#fbfaf8",
    body_background_fill_dark="#171614",
    body_text_color="#26241f",
    body_text_color_dark="#e9e6df",
    background_fill_primary="#ffffff",
    background_fill_primary_dark="#201e1b",
)
