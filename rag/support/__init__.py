"""Whether a quote supports a sentence."""
