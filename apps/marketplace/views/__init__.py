"""Pages for people of customers, and the panel that the team sees on a template's page."""
