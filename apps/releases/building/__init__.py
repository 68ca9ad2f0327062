"""What the pages of the builder show: put together here, changed through services."""
