"""Questions to ask next: made from the documents, and shown only when the library answers them."""
