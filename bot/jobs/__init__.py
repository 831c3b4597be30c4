"""The clock: what runs when. Pushes are planned and sent, waits end."""
