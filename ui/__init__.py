"""How people reach the library: the command line and the page in the browser."""

import os

# Gradio reads it when it is imported; every module that does so lies below this one.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
