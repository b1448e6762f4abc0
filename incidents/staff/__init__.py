"""What the staff side is made of: its site, the base of its admin classes, navigation, middleware, the workspace."""
