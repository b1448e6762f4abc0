"""The post-mortem as a document: frozen values, and pure functions from those to HTML, Markdown and JSON."""
