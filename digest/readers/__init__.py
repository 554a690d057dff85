"""an issue -> one reader's message: who receives it, and with which links. Pure."""
