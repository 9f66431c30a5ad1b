//! `cqdt sets`: the criteria sets that come with the command.

use cqdt::{CriteriaSet, Lang};
use serde_json::json;

use super::basis;
use crate::args::SetsArgs;
use crate::sets;
use crate::shell::{Failure, Outcome, Shell};
use crate::table::{Align, Grid};

pub(crate) fn run(args: &SetsArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    let lang = shell.lang;
    if let (Some(set), true) = (&args.show, args.json) {
        let set = sets::load(shell, set)?;
        shell.write("-".as_ref(), &format!("{}\n", set.to_json()))?;
        return Ok(Outcome::Clean);
    }
    if let Some(id) = &args.show {
        let source = sets::built_in(id).ok_or_else(|| Failure::Usage(sets::unknown(lang, id)))?;
        shell.write("-".as_ref(), source.text)?;
        return Ok(Outcome::Clean);
    }
    if let Some(set) = &args.form {
        let set = sets::load(shell, set)?;
        shell.write("-".as_ref(), &crate::form::blank(&set, lang))?;
        return Ok(Outcome::Clean);
    }
    let mut grid = Grid::new([
        (lang.pick("Mã", "Id"), Align::Whole),
        (lang.pick("Phiên bản", "Version"), Align::Whole),
        (lang.pick("Tình trạng", "Status"), Align::Left),
        (lang.pick("Tối đa", "Max"), Align::Right),
        (lang.pick("Tiêu chí", "Criteria"), Align::Right),
        (lang.pick("Tên", "Title"), Align::Left),
    ]);
    let mut documents = Vec::new();
    let mut notices = Vec::new();
    let sources = cqdt_criteria::all().iter().chain(cqdt_criteria::earlier());
    for source in sources {
        let set = CriteriaSet::parse_toml(source.text).map_err(|error| {
            crate::faults::show(shell, source.file, source.text, &error);
            Failure::Faults
        })?;
        let definition = set.definition();
        documents.push(json!({
            "id": set.id(),
            "version": definition.version,
            "status": definition.status,
            "fingerprint": set.fingerprint(),
            "agency_group": definition.agency_group,
            "max": definition.max,
            "criteria": set.criteria().count(),
            "title": definition.title,
        }));
        notices.extend(set.notice(lang).map(|_| set.id().to_owned()));
        grid.row([
            set.id().to_owned(),
            definition.version.clone(),
            basis(definition.status, lang).to_owned(),
            lang.exact(&definition.max),
            set.criteria().count().to_string(),
            definition.title.get(lang).to_owned(),
        ]);
    }
    if args.json {
        shell.data(json!({ "format": 1, "sets": documents }))?;
        return Ok(Outcome::Clean);
    }
    shell.data(grid)?;
    if !notices.is_empty() {
        shell.line("")?;
        let notice = match lang {
            Lang::Vi => {
                "bộ ghi \"phục dựng\" CHƯA PHẢI BẢN CHÍNH THỨC cho tới khi đối chiếu với phụ lục của văn bản."
            }
            Lang::En => {
                "sets marked \"reconstructed\" are NOT OFFICIAL until checked against the decision's annex."
            }
        };
        shell.notice(Some(notice.to_owned()))?;
    }
    Ok(Outcome::Clean)
}
