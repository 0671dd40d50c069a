"""query, readByQuery, readMore, read, readByName and the metadata functions."""
