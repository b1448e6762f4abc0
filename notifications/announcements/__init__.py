"""From an event to the deliveries of everybody who asked to hear of it."""
