"""The content of messages, by what they are about: frozen as plain JSON when an announcement is released."""
