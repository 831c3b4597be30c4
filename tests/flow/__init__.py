"""Tests of the conversation engine: golden conversations first, then its parts one by one."""
