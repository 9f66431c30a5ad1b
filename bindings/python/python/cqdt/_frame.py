"""Frames in and out: whatever speaks Arrow's PyCapsule interface."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from cqdt._cqdt import Cohort, _check_frame, _cohort_arrow, _FrameOptions, _score_arrow, _score_schema
from cqdt._errors import OptionError
from cqdt._library import handed, like, read_lazily

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from cqdt._cqdt import CriteriaSet

Frame = TypeVar("Frame")


def score_frame(
    frame: Frame,
    criteria_set: CriteriaSet,
    *,
    keep: Sequence[str] | None = None,
    parent: str | None = None,
    groups: bool = True,
    criteria: bool = True,
    statuses: bool = False,
    rank: bool = True,
    cohort: Cohort | None = None,
    diagnostics: Literal["raise", "column", "off"] = "raise",
    unknown: Literal["raise", "ignore"] = "raise",
    points: Literal["decimal", "float"] = "decimal",
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
    coded: bool = False,
    lang: Literal["vi", "en"] = "vi",
) -> Frame:
    """Score every row of a frame: a row a unit, a column a fact.

    Takes anything that has `__arrow_c_stream__` (polars, pandas, pyarrow, DuckDB) and gives back the same kind, with
    exactly the points that `CriteriaSet.score` gives. Other threads run meanwhile.

    Columns read: each named like a fact; `evidence:CRITERION` (a flag or text: is there any); `not_applicable:FACT` (a
    flag). Answers are booleans, integers, decimals, texts, categories, and lists of ticked keys or texts with `|`
    between them; a null is missing. For a yes/no fact 0 and 1 do, too, as tables have them.

    Columns given back: those of `keep`, `total`, `share` (a float, for display: bands and ranks compare exact shares),
    `rank`, `band`, `complete`, `group:ID`, `criterion:ID`, `status:ID`, `diagnostics`. Points are decimals; where the
    set leaves a criterion or group unrounded, its points are text, such as `1/3`.

    Args:
        frame: the units.
        criteria_set: the set to score with.
        keep: columns to copy to the result; `unit`, where there is one, unless stated.
        parent: the column of parent units, for sets that rank within them.
        groups: give the points of each group.
        criteria: give the points of each criterion.
        statuses: give the status of each criterion.
        rank: give the rank.
        cohort: statistics for rules over the whole cohort; without, the frame is the cohort.
        diagnostics: where an answer is invalid, raise an error that names row, fact and value; or score it as 0 and
            tell in a column; or score it as 0.
        unknown: what to do about columns that are no fact and not kept.
        points: the type of points.
        numbers: how numbers in texts are written: `1234.5`, `1,234.5`, `1.234,5`, or nobody knows.
        allow_float: read a binary float as its shortest spelling.
        coded: in columns of choices and of ticked keys, read whole numbers as positions, from 0, and as bit masks;
            without, a whole number is the key that is written so.
        lang: the language of the column `diagnostics`.

    Raises:
        FrameError: columns or values that can't be scored, all of them.
        OptionError: an argument that is none of the words it takes.
        CohortError: statistics of another set.
        TypeError: something that is no frame.

    """
    options = _FrameOptions(
        keep=keep,
        parent=parent,
        groups=groups,
        criteria=criteria,
        statuses=statuses,
        rank=rank,
        diagnostics=diagnostics,
        unknown=unknown,
        points=points,
        numbers=numbers,
        allow_float=allow_float,
        coded=coded,
        lang=lang,
    )

    def score(eager: Any) -> Any:  # noqa: ANN401
        bare = handed(eager, criteria_set, options)
        return like(eager, bare, _score_arrow(criteria_set, bare, cohort, options))

    polars = sys.modules.get("polars")
    if polars is not None and isinstance(frame, polars.LazyFrame):
        # Ranks and cohorts need every row at once. What comes out of no rows tells polars the columns, so that a plan
        # may go on with them, and faulty columns are told here.
        lazy: Any = read_lazily(frame, criteria_set, options)
        columns = polars.DataFrame(_score_schema(criteria_set, lazy.collect_schema(), cohort, options)).schema
        if hasattr(polars, "defer"):
            # The plan above is collected when the one below is. As a step between them (`map_batches`), rows would come
            # through the streaming engine, which cuts them into pieces that have to be joined again: half as fast.
            return cast("Frame", polars.defer(lambda: score(lazy.collect()), schema=columns))
        return cast("Frame", lazy.map_batches(score, streamable=False, schema=columns))
    return cast("Frame", score(frame))


def cohort_frame(
    frame: object,
    criteria_set: CriteriaSet,
    *,
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
    coded: bool = False,
) -> Cohort:
    """Statistics of the cohort that the rows of a frame are; those of parts can be merged.

    Columns that are no facts are passed over. Raises as `score_frame` does.
    """
    options = _FrameOptions.reading(numbers=numbers, allow_float=allow_float, coded=coded)
    return _cohort_arrow(criteria_set, handed(frame, criteria_set, options), options)


def score_stream(
    stream: Any,  # noqa: ANN401
    criteria_set: CriteriaSet,
    *,
    keep: Sequence[str] | None = None,
    groups: bool = True,
    criteria: bool = True,
    statuses: bool = False,
    cohort: Cohort | None = None,
    diagnostics: Literal["raise", "column", "off"] = "raise",
    unknown: Literal["raise", "ignore"] = "raise",
    points: Literal["decimal", "float"] = "decimal",
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
    coded: bool = False,
    lang: Literal["vi", "en"] = "vi",
) -> pa.RecordBatchReader:
    """Score more rows than memory holds: a batch at a time, as they are asked for. Needs pyarrow.

    The columns and digits of `score_frame`, but for `rank`, which needs all rows at once: rank what comes out, such as
    by `rank() OVER (ORDER BY total DESC)` in DuckDB, for a set that ranks by the total.

    Args:
        stream: anything with `__arrow_c_stream__`: a `RecordBatchReader` of pyarrow or DuckDB, read once.
        criteria_set: the set to score with.
        keep: columns to copy to the result; `unit`, where there is one, unless stated.
        groups: give the points of each group.
        criteria: give the points of each criterion.
        statuses: give the status of each criterion.
        cohort: statistics for rules over the whole cohort, which another pass by `cohort_stream` finds.
        diagnostics: as for `score_frame`; rows are counted over all batches.
        unknown: what to do about columns that are no fact and not kept.
        points: the type of points.
        numbers: how numbers in texts are written.
        allow_float: read a binary float as its shortest spelling.
        coded: in columns of choices and of ticked keys, read whole numbers as positions, from 0, and as bit masks;
            without, a whole number is the key that is written so.
        lang: the language of the column `diagnostics`.

    Raises:
        OptionError: the set has rules over the whole cohort, and `cohort` isn't given.
        FrameError: columns or values that can't be scored; those of a batch when it is asked for.

    """
    import pyarrow as pa

    options = _FrameOptions(
        keep=keep,
        parent=None,
        groups=groups,
        criteria=criteria,
        statuses=statuses,
        rank=False,
        diagnostics=diagnostics,
        unknown=unknown,
        points=points,
        numbers=numbers,
        allow_float=allow_float,
        coded=coded,
        lang=lang,
    )
    if cohort is None and criteria_set.needs_cohort:
        raise OptionError(
            "P0107",
            {
                "vi": "bộ tiêu chí so với cả nhóm: cần `cohort`, do `cohort_stream` tính trong một lượt đọc trước",
                "en": "the set has rules over the whole cohort: pass `cohort`, which `cohort_stream` finds before",
            },
        )
    reader = _reader(stream, criteria_set, options)

    def score(batch: Any, first_row: int) -> pa.RecordBatch:  # noqa: ANN401
        bare = handed(batch, criteria_set, options)
        return pa.record_batch(_score_arrow(criteria_set, bare, cohort, options, first_row))

    def scored() -> Iterator[pa.RecordBatch]:
        row = 0
        for batch in reader:
            yield score(batch, row)
            row += batch.num_rows

    return pa.RecordBatchReader.from_batches(score(reader.schema.empty_table(), 0).schema, scored())


def cohort_stream(
    stream: Any,  # noqa: ANN401
    criteria_set: CriteriaSet,
    *,
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
    coded: bool = False,
) -> Cohort:
    """Statistics of a cohort of more rows than memory holds, a batch at a time. Needs pyarrow.

    Columns that are no facts are passed over. Raises as `score_frame` does.
    """
    options = _FrameOptions.reading(numbers=numbers, allow_float=allow_float, coded=coded)
    merged = criteria_set.cohort([])
    for batch in _reader(stream, criteria_set, options):
        merged |= cohort_frame(batch, criteria_set, numbers=numbers, allow_float=allow_float, coded=coded)
    return merged


def _reader(stream: object, criteria_set: CriteriaSet, options: _FrameOptions) -> pa.RecordBatchReader:
    import pyarrow as pa

    _check_frame(stream)
    return pa.RecordBatchReader.from_stream(handed(stream, criteria_set, options))
