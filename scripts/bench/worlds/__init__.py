"""Worlds drawn at random: what may arrive, and the truth of it worked out apart.

`drawing` draws what is sent, `sending` writes it as agencies do, `truth` says what must
become of every file and cell, `harness` lands, builds and publishes it and compares,
`shrinking` makes a failing world small. Truth is computed from what was drawn, by the
counting contract, and shares nothing with landing or the models but the seeds.
"""
