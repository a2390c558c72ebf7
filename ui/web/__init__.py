"""The page in the browser: its server, its events, its data, its look (``assets/``)."""
