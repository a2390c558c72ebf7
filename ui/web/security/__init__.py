"""Who may use the page, and what the page may do in a browser."""
