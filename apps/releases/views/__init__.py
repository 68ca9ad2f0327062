"""Pages of templates and releases, by noun."""
