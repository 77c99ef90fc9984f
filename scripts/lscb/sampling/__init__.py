"""The synthetic sample: what agencies would send, and what must come of it.

This package shares nothing with the models or with `landing` but the seeds that
hold the reference facts. It writes files as agencies do and, from its own record
lists and never from those files, the truth that the warehouse must arrive at.

Byte-identical on every machine means here: draws are raw 64-bit words of PCG64
turned into integers by our own arithmetic, no function of the C library decides
anything, and archives are stored rather than compressed, because compressors
differ from one zlib to another.
"""

GENERATOR_VERSION = "1"

SURNAME = "Canaryfield"
POSTCODES = tuple(f"ZZ99 {digit}ZZ" for digit in range(10))
"""What nobody is called and nobody lives at: found elsewhere, it has leaked."""
