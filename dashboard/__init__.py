"""Everything that draws."""

import os

# The matrices here are small: threads of the linear algebra wait for one another longer than they count, seconds for
# milliseconds where the cores are busy. It is read when numpy is loaded, which is after this.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
