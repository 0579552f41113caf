"""The schema: numbered migrations (versions, tables) and the SQL objects that are replaced as a whole (objects)."""
