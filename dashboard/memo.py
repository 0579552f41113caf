"""Owns one thing: a picture is worked out once per snapshot, whoever and however many look at it.

Snapshots hold frames and cannot be hashed; they are told apart by identity, and the entry keeps its snapshot alive so
that an identity is never reused while it counts.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

Subject = TypeVar("Subject")
Rest = ParamSpec("Rest")
Result = TypeVar("Result")


def once_per_snapshot(
    size: int,
) -> Callable[[Callable[Concatenate[Subject, Rest], Result]], Callable[Concatenate[Subject, Rest], Result]]:
    """Remember the last ``size`` results by the identity of the first argument and the values of the others.

    Calls are serialised, so that two viewers arriving together cost one computation.
    """

    def decorate(
        function: Callable[Concatenate[Subject, Rest], Result],
    ) -> Callable[Concatenate[Subject, Rest], Result]:
        entries: OrderedDict[Any, tuple[Subject, Result]] = OrderedDict()
        lock = Lock()

        @wraps(function)
        def remembered(subject: Subject, /, *arguments: Rest.args, **keywords: Rest.kwargs) -> Result:
            key = (id(subject), arguments, tuple(sorted(keywords.items())))
            with lock:
                if key in entries:
                    entries.move_to_end(key)
                    return entries[key][1]
                result = function(subject, *arguments, **keywords)
                entries[key] = (subject, result)
                while len(entries) > size:
                    entries.popitem(last=False)
                return result

        return remembered

    return decorate
