"""Whether the settings can work, and whether what is published is what the facts say."""
