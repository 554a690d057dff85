"""Every sentence said to the database, by name. Nothing here commits: the shell does."""
