"""Posts that were made on a platform by hand come into the stream: fetched from it, or pushed by it."""
