"""Everything that stands on a page, read at one moment into frozen values."""
