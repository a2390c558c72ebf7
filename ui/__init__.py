"""How people reach the library: the command line and the page in the browser."""

import os

# Gradio reads these when it is imported or started; every module that does so lies below this one.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Otherwise it sums up all earlier events after each one, in pandas, for a page we do not serve.
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
