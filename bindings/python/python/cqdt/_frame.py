"""Frames in and out: whatever speaks Arrow's PyCapsule interface."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from cqdt._cqdt import ArrowTable, Cohort, _cohort_arrow, _score_arrow
from cqdt._errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from cqdt._cqdt import CriteriaSet

Frame = TypeVar("Frame")

_DIAGNOSTICS = ("raise", "column", "off")


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
    lang: Literal["vi", "en"] = "vi",
) -> Frame:
    """Score every row of a frame: a row a unit, a column a fact.

    Takes anything that has `__arrow_c_stream__` (polars, pandas, pyarrow, DuckDB) and gives back the same kind, with
    exactly the points that `CriteriaSet.score` gives. Other threads run meanwhile.

    Columns read: each named like a fact; `evidence:CRITERION` (a flag or text: is there any); `not_applicable:FACT` (a
    flag). Answers are booleans, integers, decimals, texts, categories, and lists of ticked keys or texts with `|`
    between them; a null is missing.

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
        lang: the language of the column `diagnostics`.

    Raises:
        FrameError: columns or values that can't be scored, all of them.
        OptionError: an argument that is none of the words it takes.
        CohortError: statistics of another set.
        TypeError: something that is no frame.

    """
    _check("diagnostics", diagnostics, _DIAGNOSTICS)
    _check("unknown", unknown, ("raise", "ignore"))
    _check("points", points, ("decimal", "float"))
    _check("lang", lang, ("vi", "en"))
    options = _options(
        keep=keep,
        parent=parent,
        groups=groups,
        criteria=criteria,
        statuses=statuses,
        rank=rank,
        diagnostics=diagnostics,
        unknown=unknown,
        as_float=points == "float",
        numbers=numbers,
        allow_float=allow_float,
        lang=lang,
    )

    def score(eager: Any) -> Any:  # noqa: ANN401
        return _like(eager, _score_arrow(criteria_set, _bare(eager), cohort, options))

    polars = sys.modules.get("polars")
    if polars is not None and isinstance(frame, polars.LazyFrame):
        # Ranks and cohorts need every row at once. What comes out of no rows tells polars the columns, so that a plan
        # may go on with them, and faulty columns are told here.
        lazy: Any = frame
        columns = score(polars.DataFrame(schema=lazy.collect_schema())).schema
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
) -> Cohort:
    """Statistics of the cohort that the rows of a frame are; those of parts can be merged.

    Columns that are no facts are passed over. Raises as `score_frame` does.
    """
    options = _options(keep=(), unknown="ignore", numbers=numbers, allow_float=allow_float)
    return _cohort_arrow(criteria_set, _bare(frame), options)


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
        lang: the language of the column `diagnostics`.

    Raises:
        OptionError: the set has rules over the whole cohort, and `cohort` isn't given.
        FrameError: columns or values that can't be scored; those of a batch when it is asked for.

    """
    import pyarrow as pa

    _check("diagnostics", diagnostics, _DIAGNOSTICS)
    _check("unknown", unknown, ("raise", "ignore"))
    _check("points", points, ("decimal", "float"))
    _check("lang", lang, ("vi", "en"))
    if cohort is None and criteria_set.needs_cohort:
        raise OptionError(
            "P0107",
            {
                "vi": "bộ tiêu chí so với cả nhóm: cần `cohort`, do `cohort_stream` tính trong một lượt đọc trước",
                "en": "the set has rules over the whole cohort: pass `cohort`, which `cohort_stream` finds before",
            },
        )
    reader = pa.RecordBatchReader.from_stream(stream)

    def score(batch: Any, first_row: int) -> pa.Table:  # noqa: ANN401
        options = _options(
            keep=keep,
            groups=groups,
            criteria=criteria,
            statuses=statuses,
            diagnostics=diagnostics,
            unknown=unknown,
            as_float=points == "float",
            numbers=numbers,
            allow_float=allow_float,
            lang=lang,
            first_row=first_row,
        )
        return pa.table(_score_arrow(criteria_set, batch, cohort, options))

    def scored() -> Iterator[pa.RecordBatch]:
        row = 0
        for batch in reader:
            yield from score(batch, row).to_batches()
            row += batch.num_rows

    return pa.RecordBatchReader.from_batches(score(reader.schema.empty_table(), 0).schema, scored())


def cohort_stream(
    stream: Any,  # noqa: ANN401
    criteria_set: CriteriaSet,
    *,
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
) -> Cohort:
    """Statistics of a cohort of more rows than memory holds, a batch at a time. Needs pyarrow.

    Columns that are no facts are passed over. Raises as `score_frame` does.
    """
    import pyarrow as pa

    merged = criteria_set.cohort([])
    for batch in pa.RecordBatchReader.from_stream(stream):
        merged |= cohort_frame(batch, criteria_set, numbers=numbers, allow_float=allow_float)
    return merged


def _options(**given: Any) -> dict[str, Any]:  # noqa: ANN401
    options: dict[str, Any] = {
        "groups": False,
        "criteria": False,
        "statuses": False,
        "rank": False,
        "parent": None,
        "keep": (),
        "as_float": False,
        "diagnostics": "off",
        "lang": "vi",
        "first_row": 0,
        **given,
    }
    options["ignore_unknown"] = options.pop("unknown") == "ignore"
    keep = options["keep"]
    options["keep"] = None if keep is None else list(keep)
    return options


def _check(argument: str, value: str, words: tuple[str, ...]) -> None:
    if value in words:
        return
    listed = ", ".join(f"`{word}`" for word in words)
    raise OptionError(
        "P0105",
        {
            "vi": f"đối số `{argument}`: `{value}` không hợp lệ, cần một trong {listed}",
            "en": f"argument `{argument}`: unexpected `{value}`, expected one of {listed}",
        },
    )


def _bare(frame: Any) -> Any:  # noqa: ANN401
    """A frame of pandas without its index, which would be a column."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(frame, pandas.DataFrame):
        return frame
    import pyarrow as pa

    # pandas hands a frame over by asking every column for its type, and writes down what it takes to have it back:
    # several times what scoring some thousand rows takes. Columns that are Arrow's or numbers need neither.
    names = list(frame.columns)
    arrays = [_arrow(column) for _, column in frame.items()]
    plain = all(isinstance(name, str) for name in names) and frame.columns.is_unique
    if arrays and plain and all(array is not None for array in arrays):
        return pa.Table.from_arrays(arrays, names=names)
    return frame.reset_index(drop=True)


def _arrow(column: Any) -> Any:  # noqa: ANN401
    """A column of pandas as Arrow's, where nothing has to be guessed."""
    import pandas as pd
    import pyarrow as pa

    if not isinstance(column.array, pd.arrays.NumpyExtensionArray):
        make = getattr(column.array, "__arrow_array__", None)
        return None if make is None else make()
    return pa.array(column.to_numpy(), from_pandas=True) if column.dtype.kind in "biuf" else None


def _like(frame: Any, table: ArrowTable) -> Any:  # noqa: ANN401
    """The table as the same kind of frame."""
    match _library(frame):
        case "polars":
            import polars as pl

            return pl.DataFrame(table)
        case "pandas":
            import pandas as pd
            import pyarrow as pa

            made = pa.table(table).to_pandas(types_mapper=pd.ArrowDtype)
            made.index = frame.index
            return made
        case "pyarrow":
            import pyarrow as pa

            made = pa.table(table)
            if isinstance(frame, pa.RecordBatch):
                return (
                    made.combine_chunks().to_batches()[0] if len(made) else pa.RecordBatch.from_pylist([], made.schema)
                )
            return made.to_reader() if isinstance(frame, pa.RecordBatchReader) else made
        case "duckdb" | "_duckdb":
            return _relation(frame, table)
        case _:
            return table


def _library(frame: object) -> str:
    """The library that a frame's class, or what it is made from, comes from."""
    known = ("polars", "pandas", "pyarrow", "duckdb", "_duckdb")
    roots = (base.__module__.partition(".")[0] for base in type(frame).__mro__)
    return next((root for root in roots if root in known), "")


def _relation(frame: Any, table: ArrowTable) -> Any:  # noqa: ANN401
    """The table as a relation of the frame's own connection, so that both may stand in one query."""
    import duckdb
    import pyarrow as pa

    # The name is looked up in the catalogue first: it must be nobody's.
    _cqdt_scored_rows_ = pa.table(table)
    made = duckdb.from_arrow(_cqdt_scored_rows_)
    try:
        # A relation doesn't say whose it is, but goes together with those of its own connection alone.
        frame.project("1").union(made.project("1"))
    except duckdb.Error:
        view = "_cqdt_units_"
        try:
            own = frame.query(view, "SELECT * FROM _cqdt_scored_rows_")
            # Asking through a relation leaves a view of it behind.
            frame.query(view, f"DROP VIEW {view}")
        except duckdb.Error:
            # The connection isn't to look for Python's variables.
            return made
        return own if own.columns == made.columns else made
    return made
