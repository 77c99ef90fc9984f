"""The return sheets: what a data manager would mail back to a sender."""
