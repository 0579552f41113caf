"""What a process that answers questions all day sets at its start (docs/decisions/0046)."""

import ctypes
import gc
from typing import Final

#: What mallopt(3) calls its options, and what they are set to: blocks up to so many bytes come from the heap, and
#: of the heap so much may lie free before it is given back.
_FROM_HEAP_UP_TO: Final = (-3, 8 * 1024 * 1024)  # M_MMAP_THRESHOLD
_FREE_UP_TO: Final = (-1, 8 * 1024 * 1024)  # M_TRIM_THRESHOLD


def settle() -> None:
    """To be called once all is imported: what is there stays out of later garbage collections, and memory that an
    answer has used is kept for the next.
    """
    gc.collect()
    gc.freeze()
    keep_freed_memory()


def keep_freed_memory() -> bool:
    """Have the allocator keep up to 8 MB that are free, instead of giving them back after each answer and having them
    zeroed again, page by page, for the next. False where it is none that can be told so.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(*option) == 1 for option in (_FROM_HEAP_UP_TO, _FREE_UP_TO))
