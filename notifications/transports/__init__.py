"""How messages leave: mail over one kept-open connection, everything else over HTTP, many at once."""
