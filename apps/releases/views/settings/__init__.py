"""The tabs of the builder that edit everything but the steps."""
