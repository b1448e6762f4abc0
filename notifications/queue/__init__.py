"""Deliveries that wait: who takes them, when senders wake up, how the queue stands, when old rows go."""
