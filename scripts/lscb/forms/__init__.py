"""Forms: what each sender fills in, written from the catalogue and the calendar."""
