"""Forms of the connectors app, by noun."""
