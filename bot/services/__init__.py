"""The rules of the application and all its SQL: plain functions over a session, with the clock as an argument."""
