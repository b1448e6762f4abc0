"""From changed facts to published bytes: what is wanted, who holds the lease, and the heartbeat."""
