"""What each library of frames wants: how it hands one over, and how a result becomes one of its own."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any

from cqdt._cqdt import ArrowTable, _columns_read, _score_schema
from cqdt._errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from cqdt._cqdt import CriteriaSet, _FrameOptions

_MOST_SHOWN = 40
_KNOWN = frozenset({"polars", "pandas", "pyarrow", "duckdb", "_duckdb"})


def handed(frame: Any, criteria_set: CriteriaSet, options: _FrameOptions, *, also: Sequence[str] = ()) -> Any:  # noqa: ANN401
    """A frame as Arrow can have it, without columns that nobody reads.

    What a library can't hand over mustn't stop the scoring of what it can.
    """
    match library(frame):
        case "polars":
            return _of_polars(read_lazily(frame, criteria_set, options, also=also))
        case "pandas":
            return _of_pandas(frame, criteria_set, options, also)
        case "pyarrow" if options.ignore_unknown and hasattr(frame, "select"):
            return frame.select(_read(criteria_set, frame.schema.names, options, also))
        case _:
            return frame


def read_lazily(frame: Any, criteria_set: CriteriaSet, options: _FrameOptions, *, also: Sequence[str] = ()) -> Any:  # noqa: ANN401
    """A frame of polars, eager or lazy, without columns that nobody reads."""
    import polars as pl

    if not options.ignore_unknown or not hasattr(frame, "lazy"):
        return frame
    names = frame.collect_schema().names()
    read = _read(criteria_set, names, options, also)
    if len(read) == len(names):
        return frame
    # A frame without columns would have no rows.
    return frame.select([names[at] for at in read] or [pl.col(names[0]).is_null()])


def like(frame: Any, bare: Any, table: ArrowTable) -> Any:  # noqa: ANN401
    """The table as the same kind of frame as was handed over `bare`."""
    match library(frame):
        case "polars":
            import polars as pl

            made = pl.DataFrame(table)
            changed = [] if bare is frame else [name for name in _castings(frame) if name in made.columns]
            return made.with_columns(frame[name] for name in changed) if changed else made
        case "pandas":
            import pandas as pd
            import pyarrow as pa

            made = pa.table(table).to_pandas(types_mapper=pd.ArrowDtype)
            made.index = frame.index
            return made
        case "pyarrow":
            import pyarrow as pa

            batch = pa.record_batch(table)
            if isinstance(frame, pa.RecordBatch):
                return batch
            made = pa.Table.from_batches([batch])
            return made.to_reader() if isinstance(frame, pa.RecordBatchReader) else made
        case "duckdb" | "_duckdb":
            return _relation(frame, table)
        case _:
            return table


def library(frame: object) -> str:
    """The library that a frame's class, or what it is made from, comes from."""
    for base in type(frame).__mro__:
        root = base.__module__.partition(".")[0]
        if root in _KNOWN:
            return root
    return ""


def _read(
    criteria_set: CriteriaSet, names: Sequence[str], options: _FrameOptions, also: Sequence[str]
) -> Sequence[int]:
    """Positions of the columns that are read."""
    if not options.ignore_unknown:
        return range(len(names))
    return _columns_read(criteria_set, names, options, also)


def _of_polars(frame: Any) -> Any:  # noqa: ANN401
    if hasattr(frame, "collect"):
        frame = frame.collect()
    castings = _castings(frame)
    if not castings:
        return frame
    import polars as pl

    objects = [name for name in castings if isinstance(frame.schema[name], pl.Object)]
    if objects:
        raise FrameError("P0211", _said([_unshared(name) for name in objects]))
    try:
        return frame.cast(castings)
    except pl.exceptions.PolarsError:
        # More digits than a decimal has.
        return frame.cast(
            {name: pl.String if isinstance(kind, pl.Decimal) else kind for name, kind in castings.items()}
        )


def _castings(frame: Any) -> dict[str, Any]:  # noqa: ANN401
    """Columns of types that other libraries don't take from polars, and types that hold the same.

    A column of nothing but nulls is what a fact is that nobody answered.
    """
    import polars as pl

    if not hasattr(frame, "dtypes"):
        return {}
    # Types are compared slowly, and most frames have none of these.
    odd = {pl.Null, pl.List, pl.Array, pl.Object, *_integers_of_128_bits()}
    if odd.isdisjoint({type(kind) for kind in frame.dtypes}):
        return {}
    kinds = {name: _casting(kind) for name, kind in frame.schema.items()}
    return {name: kind for name, kind in kinds.items() if kind is not None}


def _casting(kind: Any) -> Any:  # noqa: ANN401
    import polars as pl

    if isinstance(kind, (pl.Null, pl.Object)):
        return pl.String
    if isinstance(kind, (pl.List, pl.Array)) and isinstance(kind.inner, pl.Null):
        return pl.List(pl.String)
    return pl.Decimal(38, 0) if isinstance(kind, tuple(_integers_of_128_bits())) else None


def _integers_of_128_bits() -> list[Any]:
    import polars as pl

    return [getattr(pl, name) for name in ("Int128", "UInt128") if hasattr(pl, name)]


def _of_pandas(frame: Any, criteria_set: CriteriaSet, options: _FrameOptions, also: Sequence[str]) -> Any:  # noqa: ANN401
    """A frame without its index, which would be a column.

    pandas hands a frame over by asking every column for its type, and writes down what it takes to have it back: that
    takes several times what scoring some thousand rows takes, and the first column that has no one type ends it.
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        return frame
    import pyarrow as pa

    names = [str(name) for name in frame.columns]
    read = _read(criteria_set, names, options, also)
    if not read:
        return pa.RecordBatch.from_struct_array(pa.array([{}] * len(frame), pa.struct([])))
    if len(read) < len(names):
        frame = frame.iloc[:, list(read)]
    arrays, faults = [], []
    for at, (_, column) in zip(read, frame.items(), strict=True):
        try:
            arrays.append(_column(names[at], column))
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            arrays.append(pa.nulls(len(frame)))
            faults.append(_mixed(names[at], column, error))
    table = pa.Table.from_arrays(arrays, names=[names[at] for at in read])
    if faults:
        raise FrameError("P0211", _with_others(faults, criteria_set, table, options))
    return table


def _with_others(
    faults: list[dict[str, str]],
    criteria_set: CriteriaSet,
    table: pa.Table,
    options: _FrameOptions,
) -> dict[str, str]:
    """What is wrong with columns, and with others of the table."""
    said = _said(faults)
    try:
        _score_schema(criteria_set, table.schema, None, options)
    except FrameError as others:
        return {lang: f"{text}\n{others.message(lang)}" for lang, text in said.items()}
    return said


def _column(name: str, column: Any) -> Any:  # noqa: ANN401
    """A column of pandas as Arrow's."""
    import pandas as pd
    import pyarrow as pa

    values = column.array
    if not isinstance(values, pd.arrays.NumpyExtensionArray):
        make = getattr(values, "__arrow_array__", None)
        return pa.array(column, from_pandas=True) if make is None else make()
    if column.dtype.kind in "biuf":
        return pa.array(column.to_numpy(), from_pandas=True)
    if pd.api.types.infer_dtype(column, skipna=True) != "mixed-integer":
        return pa.array(column, from_pandas=True)
    cells = [int(cell) if _whole(cell) else cell for cell in values]
    try:
        return pa.array(cells, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError):
        # As a sheet or a file gives it where one cell is no number: what is written is what is meant. A zero for
        # evidence says that there is none.
        zero = "" if name.startswith("evidence:") else "0"
        cells = [(str(cell) if cell else zero) if _whole(cell) else cell for cell in cells]
        return pa.array(cells, pa.string(), from_pandas=True)


def _whole(cell: object) -> bool:
    return isinstance(cell, Integral) and not isinstance(cell, bool)


def _mixed(name: str, column: Any, error: Exception) -> dict[str, str]:  # noqa: ANN401
    """What is wrong with a column that Arrow can't have: the first cell that isn't like those before it."""
    before = ""
    for row, cell in enumerate(column.tolist()):
        if cell is None or cell != cell:  # noqa: PLR0124 - only not-a-number differs from itself
            continue
        kind = type(cell).__name__
        if before not in ("", kind):
            shown = repr(cell)
            shown = shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"
            return {
                "vi": f"cột `{name}`: dòng {row} là `{shown}` ({kind}), các dòng trên là {before}; cột cần một kiểu",
                "en": f"column `{name}`: row {row} is `{shown}` ({kind}), those above are {before}; "
                "a column needs one type",
            }
        before = kind
    return {
        "vi": f"cột `{name}`: không đọc được ({error})",
        "en": f"column `{name}`: it can't be read ({error})",
    }


def _unshared(name: str) -> dict[str, str]:
    return {
        "vi": f"cột `{name}`: polars không đưa cột kiểu `Object` ra ngoài được",
        "en": f"column `{name}`: polars can't hand over a column of type `Object`",
    }


def _said(faults: list[dict[str, str]]) -> dict[str, str]:
    return {lang: "\n".join(f"P0211 {fault[lang]}" for fault in faults) for lang in ("vi", "en")}


def _relation(frame: Any, table: ArrowTable) -> Any:  # noqa: ANN401
    """The table as a relation of the frame's own connection, so that both may stand in one query."""
    import duckdb
    import pyarrow as pa

    _tell_apart(table.column_names)
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


def _tell_apart(names: Sequence[str]) -> None:
    """DuckDB takes `Total` and `total` for one name, and would rename the later."""
    folded: dict[str, str] = {}
    for name in names:
        other = folded.setdefault(name.lower(), name)
        if other != name:
            raise FrameError(
                "P0210",
                {
                    "vi": f"không giữ được cột `{other}`: kết quả đã có cột `{name}`; hãy đổi tên cột trong bảng",
                    "en": f"column `{other}` can't be kept: the result has `{name}`; rename it in the frame",
                },
            )
