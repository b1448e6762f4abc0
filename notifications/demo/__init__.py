"""Who listens to the invented company, and the mailbox in which the demo reads its mail."""
