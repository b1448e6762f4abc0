"""What helps a person to write to customers: templates filled from the facts, the three parts, the preview."""
