"""What several readers share: decoding, archives, markup, and writing blocks as text."""
