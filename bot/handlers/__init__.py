"""What people do, one file each: read it, run it as one transaction, show how it ended."""
