"""What screens are made of: presses, screens as values, the router that checks roles, HTML, pages, questions."""
