"""The same scorer inside Spark; needs `pip install cqdt[spark]`.

Rows are scored where they are, by `mapInArrow`. Statistics of the cohort are counted a partition at a time and merged
by the driver: a few numbers each. Ranks are counted by distinct figures, of which there are few; no sort of all rows.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Literal

from cqdt._cqdt import Cohort, _columns_read, _FrameOptions
from cqdt._errors import FrameError, OptionError
from cqdt._extras import missing
from cqdt._frame import cohort_frame, score_frame

try:
    import pyarrow as pa
    from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it
    from pyspark.sql import types as T  # noqa: N812
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.window import Window
except ImportError as error:
    raise missing("spark", error) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pyspark.sql import Column, DataFrame

    from cqdt._cqdt import CriteriaSet

    Part = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def score(
    frame: DataFrame,
    criteria_set: CriteriaSet,
    *,
    keep: Sequence[str] | None = None,
    parent: str | None = None,
    groups: bool = True,
    criteria: bool = True,
    statuses: bool = False,
    rank: bool = True,
    cohort: Cohort | None = None,
    diagnostics: Literal["column", "off"] = "off",
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
    coded: bool = False,
    lang: Literal["vi", "en"] = "vi",
) -> DataFrame:
    """Score every row of a Spark frame: the columns of `cqdt.score_frame`, the same digits.

    Columns of `frame` that are neither facts nor kept are passed over.

    Args:
        frame: a row a unit, a column a fact.
        criteria_set: the set to score with.
        keep: columns to copy to the result; `unit`, where there is one, unless stated.
        parent: the column of parent units, for sets that rank within them; it must be among `keep`.
        groups: give the points of each group.
        criteria: give the points of each criterion.
        statuses: give the status of each criterion.
        rank: give the rank.
        cohort: statistics for rules over the whole cohort; without, all rows are it, and are read twice.
        diagnostics: whether to tell in a column what is wrong in each row.
        numbers: how numbers in texts are written.
        allow_float: read a binary float as its shortest spelling.
        coded: in columns of choices and of ticked keys, read whole numbers as positions, from 0, and as bit masks;
            without, a whole number is the key that is written so.
        lang: the language of the column `diagnostics`.

    Raises:
        FrameError: columns that can't be scored, all of them; ranks within parent units are wanted and `parent` isn't
            kept. Told before anything runs, as is
        OptionError: an argument that is none of the words it takes.

    """
    if diagnostics not in ("column", "off"):
        raise OptionError(
            "P0105",
            {
                "vi": f"đối số `diagnostics`: `{diagnostics}` không hợp lệ, cần một trong `column`, `off`",
                "en": f"argument `diagnostics`: unexpected `{diagnostics}`, expected one of `column`, `off`",
            },
        )
    if keep is None:
        keep = ["unit"] if "unit" in frame.columns else []
    ranking = criteria_set.definition["ranking"]
    if rank and ranking["within"] == "parent" and parent not in keep:
        raise FrameError(
            "P0203",
            {
                "vi": "bộ tiêu chí xếp hạng trong từng đơn vị cấp trên: cần nêu cột `parent` có trong `keep`",
                "en": "the set ranks within parent units: name a `parent` column that is among `keep`",
            },
        )
    needed = set(ranking.get("tie_breakers", ())) | ({ranking["group"]} if "group" in ranking else set())
    options: dict[str, Any] = {
        "keep": list(keep),
        "groups": groups or bool(rank and needed),
        "criteria": criteria,
        "statuses": statuses,
        "rank": False,
        "diagnostics": diagnostics,
        "unknown": "ignore",
        "numbers": numbers,
        "allow_float": allow_float,
        "coded": coded,
        "lang": lang,
    }
    frame = _needed(frame, criteria_set, keep)
    # What is wrong with the columns is told here, not by the executors one after the other.
    score_frame(to_arrow_schema(frame.schema).empty_table(), criteria_set, cohort=cohort, **options)
    if cohort is None and criteria_set.needs_cohort:
        cohort = cohort_of(frame, criteria_set, numbers=numbers, allow_float=allow_float, coded=coded)
    schema = _schema(
        frame, criteria_set, keep, groups=groups or bool(rank and needed), criteria=criteria, statuses=statuses
    )
    if diagnostics == "column":
        schema = schema.add("diagnostics", T.ArrayType(T.StringType()))
    scored = frame.mapInArrow(_scorer(criteria_set, cohort, options, to_arrow_schema(schema)), schema)
    if rank:
        # The figures are counted from rows that hold nothing else: what Python hands over is what Spark has to move.
        above = parent if ranking["within"] == "parent" else None
        slim = {"groups": bool(needed), "criteria": False, "statuses": False}
        only = [above] if above is not None else []
        bare = _schema(frame, criteria_set, only, **slim)
        part = _scorer(
            criteria_set, cohort, {**options, **slim, "keep": only, "diagnostics": "off"}, to_arrow_schema(bare)
        )
        scored = _ranked(scored, frame.mapInArrow(part, bare), ranking, above)
        if not groups:
            scored = scored.drop(*[name for name in scored.columns if name.startswith("group:")])
    return scored


def cohort_of(
    frame: DataFrame,
    criteria_set: CriteriaSet,
    *,
    numbers: Literal["plain", "point", "comma", "unstated"] = "plain",
    allow_float: bool = False,
    coded: bool = False,
) -> Cohort:
    """Statistics of the cohort that all rows are, counted a partition at a time. Raises as `cohort_frame` does."""
    frame = _needed(frame, criteria_set, ())
    cohort_frame(
        to_arrow_schema(frame.schema).empty_table(),
        criteria_set,
        numbers=numbers,
        allow_float=allow_float,
        coded=coded,
    )

    def count(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        part = criteria_set.cohort([])
        for batch in batches:
            part |= cohort_frame(batch, criteria_set, numbers=numbers, allow_float=allow_float, coded=coded)
        yield pa.RecordBatch.from_pydict({"cohort": [part.to_json()]})

    parts = frame.mapInArrow(count, "cohort string").collect()
    return reduce(or_, [Cohort.from_json(row.cohort) for row in parts], criteria_set.cohort([]))


def _needed(frame: DataFrame, criteria_set: CriteriaSet, keep: Sequence[str]) -> DataFrame:
    """The frame without columns that nobody reads: each would be moved to Python, row by row."""
    absent = [name for name in keep if name not in frame.columns]
    if absent:
        said = [
            {"vi": f"P0202 bảng không có cột `{name}`", "en": f"P0202 the frame has no column `{name}`"}
            for name in absent
        ]
        raise FrameError("P0202", {lang: "\n".join(one[lang] for one in said) for lang in ("vi", "en")})
    names = frame.columns
    options = _FrameOptions.reading(keep=keep, numbers="plain", allow_float=False, coded=False)
    read = _columns_read(criteria_set, names, options, ())
    return frame.select(*[F.col(f"`{names[at]}`") for at in read])


def _scorer(criteria_set: CriteriaSet, cohort: Cohort | None, options: dict[str, Any], schema: pa.Schema) -> Part:
    def score_part(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            table = pa.table(score_frame(batch, criteria_set, cohort=cohort, **options))
            # Spark takes no dictionaries.
            yield from table.select(schema.names).cast(schema).to_batches()

    return score_part


def _schema(
    frame: DataFrame,
    criteria_set: CriteriaSet,
    keep: Sequence[str],
    *,
    groups: bool,
    criteria: bool,
    statuses: bool,
) -> T.StructType:
    said = criteria_set.definition
    rounding = said["policies"]["rounding"]
    rounded = {"criterion": ("total", "group", "criterion"), "group": ("total", "group"), "total": ("total",)}

    def points(of: str) -> T.DataType:
        return T.DecimalType(38, rounding["places"]) if of in rounded[rounding["stage"]] else T.StringType()

    schema = T.StructType([frame.schema[name] for name in keep])
    schema.add("total", points("total")).add("share", T.DoubleType())
    schema.add("band", T.StringType()).add("complete", T.BooleanType())
    if groups:
        for group in said["groups"]:
            schema.add(f"group:{group['id']}", points("group"))
    for group in said["groups"]:
        for criterion in group["criteria"]:
            if criteria:
                schema.add(f"criterion:{criterion['id']}", points("criterion"))
            if statuses:
                schema.add(f"status:{criterion['id']}", T.StringType())
    return schema


def _ranked(scored: DataFrame, bare: DataFrame, ranking: dict[str, Any], parent: str | None) -> DataFrame:
    """Ranks by the distinct figures: how many units stand above each."""
    by = {"total": "total", "share": "share", "group": f"group:{ranking.get('group')}"}[ranking["by"]]
    keys = [by, *(f"group:{group}" for group in ranking.get("tie_breakers", ()))]
    within = [] if parent is None else [parent]
    quoted = [F.col(f"`{key}`") for key in keys]
    figures = bare.where(quoted[0].isNotNull()).groupBy(*[f"`{name}`" for name in (*within, *keys)]).count()
    figures, sizes = _sizes(figures, keys)
    order = Window.partitionBy(*[f"`{name}`" for name in within]).orderBy(*[F.col(f"`{one}`").desc() for one in sizes])
    if ranking["ties"] == "dense":
        rank = F.dense_rank().over(order)
    else:
        above = F.sum("count").over(order.rowsBetween(Window.unboundedPreceding, -1))
        rank = F.coalesce(above, F.lit(0)) + 1
    figures = figures.withColumn("rank", rank.cast("int")).drop("count")
    renamed = figures.select(*[F.col(f"`{name}`").alias(f"_{at}") for at, name in enumerate((*within, *keys))], "rank")
    same: list[Column] = [F.col(f"`{name}`").eqNullSafe(F.col(f"_{at}")) for at, name in enumerate((*within, *keys))]
    joined = scored.join(F.broadcast(renamed), reduce(lambda a, b: a & b, same), "left")
    return joined.drop(*[f"_{at}" for at in range(len(same))])


def _sizes(figures: DataFrame, keys: list[str]) -> tuple[DataFrame, list[str]]:
    """Columns that order as the figures do.

    Figures that the set leaves unrounded are texts, such as `1/3`: they are brought to the driver, by a job at once.
    """
    unrounded = [key for key in keys if isinstance(figures.schema[key].dataType, T.StringType)]
    found = figures.select(*[f"`{key}`" for key in unrounded]).distinct().collect() if unrounded else []
    sizes = []
    for at, key in enumerate(keys):
        if key not in unrounded:
            sizes.append(key)
            continue
        texts = sorted({row[key] for row in found} - {None})
        places = {number: place for place, number in enumerate(sorted({Fraction(text) for text in texts}))}
        known = T.StructType([T.StructField(f"_text{at}", T.StringType()), T.StructField(f"_size{at}", T.LongType())])
        sized = figures.sparkSession.createDataFrame([(text, places[Fraction(text)]) for text in texts], known)
        figures = figures.join(F.broadcast(sized), F.col(f"`{key}`") == F.col(f"_text{at}"), "left").drop(f"_text{at}")
        sizes.append(f"_size{at}")
    return figures, sizes
