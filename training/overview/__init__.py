"""Makes the weights of the sentences that an overview of a document is made of."""
