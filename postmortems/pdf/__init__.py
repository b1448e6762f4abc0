"""The post-mortem as a typeset, tagged PDF. :func:`postmortems.pdf.drawing.draw` is the way in."""
