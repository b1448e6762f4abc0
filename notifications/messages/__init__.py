"""What messages say and how they look: pure functions from an :class:`~notifications.messages.outgoing.Outgoing`
to the bytes of a mail, the blocks of a chat, the body of a webhook. No database, no network."""
