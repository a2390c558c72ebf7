"""Files of a home beside its catalog and its indexes."""
