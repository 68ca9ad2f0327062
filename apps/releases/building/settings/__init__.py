"""Everything of a definition but its steps: read for forms, and changed in the text part by part."""
