"""What can be done from the command line, one file per noun; each declares what it understands and runs it."""
