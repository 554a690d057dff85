"""launch -> comparison: who is it, what is it read against, and how do they differ. Pure."""
