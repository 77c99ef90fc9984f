"""The board's pages: what they show, how it is drawn, and their templates."""
