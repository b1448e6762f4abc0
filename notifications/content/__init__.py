"""What is told, by what it is about: frozen as plain JSON when an announcement is released."""
