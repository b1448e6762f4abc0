"""Who hears of what: scopes of subscriptions, channels that listen, and their counts."""
