"""The LSCB model dataset: from what agencies send to what everyone may read."""
