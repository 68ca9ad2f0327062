"""Reads OpenAPI documents of strangers. Pure: knows neither Django nor the database; runs in a child process."""
