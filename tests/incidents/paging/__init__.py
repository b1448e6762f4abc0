"""An app that offers something, as one that comes later will."""
