//! The front of a round's page: facts, counts, rankings, statistics.

use std::collections::{BTreeMap, HashMap};

use cqdt::criteria::{BasisStatus, Within};
use cqdt::round::Due;
use cqdt::{CriteriaSet, Entry, EntryStatus, Lang, Layer, Report, RoundReport, Severity};
use serde::Serialize;

use crate::bar::{Bar, colour, length};
use crate::number::Numbers;
use crate::sheet::Finding;
use crate::statistics;
use crate::words;

/// Links point at a unit's sheet by its place on the roster: ids come from outside.
pub(crate) fn unit_anchor(at: usize) -> String {
    format!("u{}", at + 1)
}

/// Links point at a form by its place.
pub(crate) fn form_anchor(at: usize) -> String {
    format!("f{}", at + 1)
}

/// Links point at what a form rests on by its place.
pub(crate) fn annex_anchor(at: usize) -> String {
    format!("s{}", at + 1)
}

/// Units of the roster with their places, in the order of the tables: by rank, the rest last.
pub(crate) fn by_rank<'r>(report: &'r RoundReport, set: &str) -> Vec<(usize, &'r Entry)> {
    let entries = report.entries().iter().enumerate();
    let mut members: Vec<_> = entries.filter(|(_, entry)| entry.unit.set == set).collect();
    members.sort_by_key(|(_, entry)| entry.rank.unwrap_or(usize::MAX));
    members
}

/// Whether a unit's two layers are shown beside each other.
pub(crate) fn has_two_layers(entry: &Entry) -> bool {
    let verification = entry.verification.as_ref();
    // Rollups and cohorts can change a unit that nobody verified.
    verification.is_some_and(|both| entry.is_verified || !both.changes.is_empty())
}

/// The front, ready for its template.
#[derive(Serialize)]
pub(crate) struct Overview<'r> {
    issuer: &'r str,
    document: String,
    title: &'r str,
    notices: Vec<String>,
    facts: Vec<Fact>,
    counts: Vec<Count>,
    forms: Vec<Form<'r>>,
    formless: Vec<Unranked<'r>>,
    findings: Vec<Finding>,
    sheets: bool,
}

#[derive(Serialize)]
struct Fact {
    label: &'static str,
    values: Vec<String>,
}

#[derive(Serialize)]
struct Count {
    number: usize,
    label: &'static str,
    tone: &'static str,
}

#[derive(Serialize)]
struct Form<'r> {
    anchor: String,
    annex: String,
    title: &'r str,
    document: String,
    notice: Option<String>,
    max: String,
    counts: String,
    legend: Vec<Key<'r>>,
    two_layers: bool,
    columns: usize,
    rounded: Option<String>,
    tables: Vec<Table<'r>>,
    unranked: Vec<Unranked<'r>>,
    bands: Vec<BandRow<'r>>,
    statistics: Vec<statistics::Row>,
    policies: Vec<String>,
}

/// A group's colour in the bars.
#[derive(Serialize)]
struct Key<'r> {
    colour: usize,
    number: &'r str,
    title: &'r str,
    max: String,
}

/// One ranking: of a form, or of one parent's units.
#[derive(Serialize)]
struct Table<'r> {
    parent: Option<&'r str>,
    rows: Vec<Ranked<'r>>,
}

#[derive(Serialize)]
struct Ranked<'r> {
    anchor: Option<String>,
    rank: usize,
    name: &'r str,
    total: String,
    share: Option<String>,
    band: Option<&'r str>,
    own: Option<Own>,
    tags: Vec<Tag>,
    bar: Bar,
    described: String,
}

#[derive(Serialize)]
struct Own {
    total: String,
    delta: String,
    direction: &'static str,
}

#[derive(Serialize)]
struct Tag {
    text: String,
    tone: &'static str,
}

#[derive(Serialize)]
struct Unranked<'r> {
    anchor: Option<String>,
    name: &'r str,
    total: Option<String>,
    band: Option<&'r str>,
    reason: &'static str,
    /// Only where there is no sheet to read them on.
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct BandRow<'r> {
    title: &'r str,
    threshold: String,
    count: usize,
}

impl<'r> Overview<'r> {
    pub(crate) fn of(report: &'r RoundReport, sheets: bool, lang: Lang) -> Self {
        let round = report.round();
        let document = &round.document;
        let front = Front {
            report,
            sheets,
            lang,
        };
        let date = document.date.display(lang);
        Self {
            issuer: document.issuer.get(lang),
            document: match lang {
                Lang::Vi => format!("Số {} ngày {date}", document.number),
                Lang::En => format!("No. {} of {date}", document.number),
            },
            title: round.title.get(lang),
            notices: front.notices(),
            facts: front.facts(),
            counts: front.counts(),
            forms: report
                .sets()
                .enumerate()
                .map(|(at, set)| front.form(at, set))
                .collect(),
            formless: front.formless(),
            findings: report
                .diagnostics()
                .iter()
                .map(|diagnostic| Finding::of(diagnostic, lang))
                .collect(),
            sheets,
        }
    }
}

struct Front<'r> {
    report: &'r RoundReport,
    sheets: bool,
    lang: Lang,
}

impl<'r> Front<'r> {
    /// What is not official: the forms', each once, and the roster's.
    fn notices(&self) -> Vec<String> {
        let lang = self.lang;
        let mut notices: Vec<String> = Vec::new();
        for notice in self.report.sets().filter_map(|set| set.notice(lang)) {
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
        if self.report.round().basis.status == BasisStatus::Reconstructed {
            notices.push(
                lang.pick(
                    "Danh sách đơn vị là bản phục dựng, CHƯA PHẢI BẢN CHÍNH THỨC.",
                    "The list of units is reconstructed, NOT OFFICIAL.",
                )
                .to_owned(),
            );
        }
        notices
    }

    fn facts(&self) -> Vec<Fact> {
        let lang = self.lang;
        let round = self.report.round();
        let one = |value: String| vec![value];
        let (from, to) = (
            round.period.from.display(lang),
            round.period.to.display(lang),
        );
        let due = round.due.date().display(lang);
        let due = match (round.due, lang) {
            (Due::By(_), Lang::Vi) => format!("đến hết ngày {due}"),
            (Due::By(_), Lang::En) => format!("by {due}"),
            (Due::Before(_), Lang::Vi) => format!("trước ngày {due}"),
            (Due::Before(_), Lang::En) => format!("before {due}"),
        };
        let roster = format!(
            "{} ({})",
            words::units(round.units.len(), lang),
            words::basis(round.basis.status, lang)
        );
        let note = round.basis.note.clone();
        let forms = self.report.sets().map(|set| {
            let definition = set.definition();
            let status = words::basis(definition.status, lang);
            format!(
                "{} ({}, {status})",
                definition.title.get(lang),
                definition.document.number
            )
        });
        let facts = [
            (
                lang.pick("Văn bản", "Document"),
                one(round.document.title.get(lang).to_owned()),
            ),
            (
                lang.pick("Kỳ đánh giá", "Period"),
                one(match lang {
                    Lang::Vi => format!("từ ngày {from} đến hết ngày {to}"),
                    Lang::En => format!("{from} to {to}, both included"),
                }),
            ),
            (lang.pick("Hạn nộp báo cáo", "Reports due"), one(due)),
            (
                lang.pick("Đơn vị tổng hợp", "Collected by"),
                one(round.collector.get(lang).to_owned()),
            ),
            (
                lang.pick("Nơi nhận kết quả", "Results go to"),
                round
                    .recipients
                    .iter()
                    .map(|recipient| recipient.get(lang).to_owned())
                    .collect(),
            ),
            (
                lang.pick("Danh sách đơn vị", "Roster"),
                [roster].into_iter().chain(note).collect(),
            ),
            (lang.pick("Biểu mẫu", "Forms"), forms.collect()),
        ];
        facts
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(label, values)| Fact { label, values })
            .collect()
    }

    fn counts(&self) -> Vec<Count> {
        let lang = self.lang;
        let entries = self.report.entries();
        let of = |keep: &dyn Fn(&Entry) -> bool| entries.iter().filter(|entry| keep(entry)).count();
        let mut counts = vec![Count {
            number: entries.len(),
            label: lang.pick("đơn vị phải báo cáo", "units to report"),
            tone: "",
        }];
        for (status, tone) in [
            (EntryStatus::OnTime, "good"),
            (EntryStatus::Late, "warn"),
            (EntryStatus::Undated, "warn"),
            (EntryStatus::Missing, "bad"),
            (EntryStatus::WrongForm, "bad"),
        ] {
            let number = of(&|entry| entry.status == status);
            if number > 0 || matches!(status, EntryStatus::OnTime | EntryStatus::Missing) {
                let label = words::entry_status(status, lang);
                counts.push(Count {
                    number,
                    label,
                    tone: if number > 0 { tone } else { "" },
                });
            }
        }
        let more = [
            (
                of(&|entry| !entry.superseded.is_empty()),
                lang.pick("nộp nhiều lần", "reported twice or more"),
                "",
            ),
            (
                of(&|entry| counted(entry).is_some_and(|report| !report.is_complete())),
                lang.pick("báo cáo chưa đầy đủ", "incomplete reports"),
                "warn",
            ),
            (
                of(&|entry| counted(entry).is_some_and(|report| errors(report) > 0)),
                lang.pick("báo cáo có lỗi", "reports with errors"),
                "bad",
            ),
            (
                of(&|entry| entry.is_verified),
                lang.pick("đã thẩm định", "verified"),
                "",
            ),
        ];
        counts.extend(more.into_iter().filter(|(number, ..)| *number > 0).map(
            |(number, label, tone)| Count {
                number,
                label,
                tone,
            },
        ));
        counts
    }

    fn form(&self, at: usize, set: &'r CriteriaSet) -> Form<'r> {
        let lang = self.lang;
        let definition = set.definition();
        let places = definition.policies.rounding.places;
        let numbers = Numbers::new(lang, places);
        let members = by_rank(self.report, set.id());
        let reports: Vec<&Report> = members
            .iter()
            .filter_map(|(_, entry)| counted(entry))
            .collect();
        let scale = reports
            .iter()
            .fold(definition.max.clone(), |scale, report| {
                scale.max(length(report.groups().map(|(_, score)| &score.points)))
            });
        let two_layers = members.iter().any(|(_, entry)| has_two_layers(entry));
        let shown = definition.ranking.display_places;
        let date = definition.document.date.display(lang);
        let number = &definition.document.number;
        let (ranked, unranked): (Vec<_>, Vec<_>) = members
            .into_iter()
            .partition(|(_, entry)| entry.rank.is_some());
        Form {
            anchor: form_anchor(at),
            annex: annex_anchor(at),
            title: definition.title.get(lang),
            document: match lang {
                Lang::Vi => format!("{number} ngày {date}"),
                Lang::En => format!("{number} of {date}"),
            },
            notice: set.notice(lang),
            max: numbers.plain(&definition.max),
            counts: self.counted(&ranked, &unranked),
            legend: definition
                .groups
                .iter()
                .enumerate()
                .map(|(at, group)| Key {
                    colour: colour(at),
                    number: &group.number,
                    title: group.title.get(lang),
                    max: numbers.plain(&group.max),
                })
                .collect(),
            two_layers,
            columns: 6 + usize::from(two_layers),
            rounded: (shown < places).then(|| match lang {
                Lang::Vi => format!(
                    "Tổng điểm in đến {shown} chữ số thập phân; xếp hạng theo tổng điểm đầy đủ, in ở phiếu điểm."
                ),
                Lang::En => format!(
                    "Totals are printed to {shown} decimal places; ranks follow the full totals, which the sheets print."
                ),
            }),
            tables: self.tables(set, ranked, numbers, &scale),
            unranked: unranked
                .into_iter()
                .map(|(at, entry)| self.unranked(at, entry))
                .collect(),
            bands: definition
                .bands
                .iter()
                .map(|band| BandRow {
                    title: band.title.get(lang),
                    threshold: words::threshold(definition, band, numbers, lang),
                    count: reports
                        .iter()
                        .filter(|report| report.band().is_some_and(|own| own.id == band.id))
                        .count(),
                })
                .collect(),
            statistics: statistics::rows(
                &reports,
                lang.pick("Tổng điểm", "Total"),
                numbers,
                lang,
            ),
            policies: words::policies(definition, numbers, lang),
        }
    }

    /// `23 đơn vị: 20 đúng hạn, 1 quá hạn, 2 chưa nộp.`
    fn counted(&self, ranked: &[(usize, &Entry)], unranked: &[(usize, &Entry)]) -> String {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        let all = [
            EntryStatus::OnTime,
            EntryStatus::Late,
            EntryStatus::Undated,
            EntryStatus::Missing,
            EntryStatus::WrongForm,
        ];
        for (_, entry) in ranked.iter().chain(unranked) {
            *counts
                .entry(words::entry_status(entry.status, self.lang))
                .or_default() += 1;
        }
        let parts: Vec<String> = all
            .iter()
            .map(|status| words::entry_status(*status, self.lang))
            .filter_map(|word| Some(format!("{} {word}", counts.get(word)?)))
            .collect();
        let units = words::units(ranked.len() + unranked.len(), self.lang);
        format!("{units}: {}.", parts.join(", "))
    }

    fn tables(
        &self,
        set: &'r CriteriaSet,
        ranked: Vec<(usize, &'r Entry)>,
        numbers: Numbers,
        scale: &cqdt::Rational,
    ) -> Vec<Table<'r>> {
        let within_parent = set.definition().ranking.within == Within::Parent;
        let mut tables: Vec<Table<'r>> = Vec::new();
        let mut table_of: HashMap<&str, usize> = HashMap::new();
        for (at, entry) in ranked {
            let parent = entry.unit.parent.as_deref().unwrap_or_default();
            let cohort = if within_parent { parent } else { "" };
            let table = *table_of.entry(cohort).or_insert_with(|| {
                tables.push(Table {
                    parent: (!cohort.is_empty()).then(|| self.unit_name(cohort)),
                    rows: Vec::new(),
                });
                tables.len() - 1
            });
            if let (Some(table), Some(row)) = (
                tables.get_mut(table),
                self.ranked(at, entry, numbers, scale),
            ) {
                table.rows.push(row);
            }
        }
        tables.sort_by_key(|table| table.parent);
        tables
    }

    /// The name of a unit on the roster, or the id of one that isn't.
    fn unit_name(&self, id: &'r str) -> &'r str {
        let mut units = self.report.round().units.iter();
        let unit = units.find(|unit| unit.id == id);
        unit.map_or(id, |unit| unit.name.get(self.lang))
    }

    fn ranked(
        &self,
        at: usize,
        entry: &'r Entry,
        numbers: Numbers,
        scale: &cqdt::Rational,
    ) -> Option<Ranked<'r>> {
        let lang = self.lang;
        let report = counted(entry)?;
        let definition = report.set().definition();
        let shown = definition.ranking.display_places;
        let total = report.total();
        let groups: Vec<String> = report
            .groups()
            .map(|(group, score)| format!("{}: {}", group.number, numbers.points(&score.points)))
            .collect();
        Some(Ranked {
            anchor: self.sheets.then(|| unit_anchor(at)),
            rank: entry.rank?,
            name: entry.unit.name.get(lang),
            total: numbers.rounded(&total.points, shown),
            share: total.share.as_ref().map(|share| numbers.percent(share)),
            band: report.band().map(|band| band.title.get(lang)),
            own: entry
                .verification
                .as_ref()
                .filter(|_| has_two_layers(entry))
                .map(|both| {
                    let delta = both.delta();
                    Own {
                        total: numbers.rounded(&both.own.total().points, shown),
                        direction: if delta.is_zero() {
                            "same"
                        } else if delta.is_positive() {
                            "up"
                        } else {
                            "down"
                        },
                        delta: numbers.difference(&delta),
                    }
                }),
            tags: self.tags(entry, report),
            bar: Bar::stacked(
                report.groups().map(|(_, score)| &score.points),
                &definition.max,
                scale,
            ),
            described: groups.join("; "),
        })
    }

    fn tags(&self, entry: &Entry, report: &Report) -> Vec<Tag> {
        let lang = self.lang;
        let mut tags = vec![Tag {
            text: words::entry_status(entry.status, lang).to_owned(),
            tone: match entry.status {
                EntryStatus::OnTime => "good",
                _ => "warn",
            },
        }];
        if !report.is_complete() {
            tags.push(Tag {
                text: lang.pick("chưa đầy đủ", "incomplete").to_owned(),
                tone: "warn",
            });
        }
        let errors = errors(report);
        if errors > 0 {
            tags.push(Tag {
                text: match lang {
                    Lang::Vi => format!("{errors} lỗi"),
                    Lang::En if errors == 1 => "1 error".to_owned(),
                    Lang::En => format!("{errors} errors"),
                },
                tone: "bad",
            });
        }
        tags
    }

    fn unranked(&self, at: usize, entry: &'r Entry) -> Unranked<'r> {
        let lang = self.lang;
        let report = counted(entry);
        Unranked {
            anchor: (self.sheets && report.is_some()).then(|| unit_anchor(at)),
            name: entry.unit.name.get(lang),
            total: report.map(|report| {
                let definition = report.set().definition();
                let numbers = Numbers::new(lang, definition.policies.rounding.places);
                numbers.rounded(&report.total().points, definition.ranking.display_places)
            }),
            band: report
                .and_then(Report::band)
                .map(|band| band.title.get(lang)),
            reason: match (report, entry.status) {
                (Some(_), _) if !entry.unit.ranked => {
                    lang.pick("chỉ chấm điểm, không xếp hạng", "scored only")
                }
                (Some(_), _) => {
                    lang.pick("không có số liệu để xếp hạng", "has no figure to rank by")
                }
                (None, status @ (EntryStatus::Missing | EntryStatus::WrongForm)) => {
                    words::entry_status(status, lang)
                }
                (None, _) => lang.pick("không tìm thấy biểu mẫu", "its form was not found"),
            },
            findings: if report.is_some() {
                Vec::new()
            } else {
                entry
                    .diagnostics
                    .iter()
                    .map(|diagnostic| Finding::of(diagnostic, lang))
                    .collect()
            },
        }
    }

    /// Units whose form nobody has.
    fn formless(&self) -> Vec<Unranked<'r>> {
        let known: Vec<&str> = self.report.sets().map(CriteriaSet::id).collect();
        let entries = self.report.entries().iter().enumerate();
        entries
            .filter(|(_, entry)| !known.contains(&entry.unit.set.as_str()))
            .map(|(at, entry)| self.unranked(at, entry))
            .collect()
    }
}

/// The report that counts.
fn counted(entry: &Entry) -> Option<&Report> {
    entry.report(Layer::Verified)
}

/// Faults that cost points.
fn errors(report: &Report) -> usize {
    let found = report.diagnostics().iter();
    found
        .filter(|diagnostic| diagnostic.severity() == Severity::Error)
        .count()
}
