"""How English requests about documents are put."""
