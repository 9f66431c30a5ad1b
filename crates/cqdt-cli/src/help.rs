//! The words of `--help`, in both languages: `args.rs` says what there is, this file what it means.

use clap::Command;
use cqdt::Lang;

/// The command line with its words in one language.
pub(crate) fn localised(command: Command, lang: Lang) -> Command {
    let name = command.get_name().to_owned();
    dress(command, &name, lang)
}

fn dress(command: Command, path: &str, lang: Lang) -> Command {
    let mut command = command
        .help_template(lang.pick(
            "{about-with-newline}\nCách dùng: {usage}\n\n{all-args}{after-help}\n",
            "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}\n",
        ))
        .subcommand_help_heading(lang.pick("Lệnh", "Commands"))
        .about(words(path, lang));
    if let Some(usage) = find(&format!("{path} usage"), lang) {
        command = command.override_usage(usage);
    }
    if let Some(after) = find(&format!("{path} after"), lang) {
        command = command.after_help(after);
    }
    command = command.mut_args(|arg| {
        let id = arg.get_id().as_str().to_owned();
        let own = find(&format!("{path} {id}"), lang);
        let text = own.or_else(|| find(&id, lang)).unwrap_or_default();
        let heading = if arg.is_positional() {
            lang.pick("Tham số", "Arguments")
        } else {
            lang.pick("Tuỳ chọn", "Options")
        };
        let arg = arg.help(text).help_heading(heading);
        if !arg.get_action().takes_values() {
            return arg;
        }
        let arg = arg.hide_possible_values(true).hide_default_value(true);
        if let Some(value) = find(&format!("{id} value"), lang) {
            return arg.value_name(value);
        }
        arg
    });
    let inner: Vec<String> = command
        .get_subcommands()
        .map(|inner| inner.get_name().to_owned())
        .collect();
    for name in inner {
        let path = format!("{path} {name}");
        command = command.mut_subcommand(name, |inner| dress(inner, &path, lang));
    }
    command
}

fn words(key: &str, lang: Lang) -> &'static str {
    find(key, lang).unwrap_or_default()
}

fn find(key: &str, lang: Lang) -> Option<&'static str> {
    let (_, vi, en) = WORDS.iter().find(|(one, ..)| *one == key)?;
    Some(lang.pick(vi, en))
}

/// Key, Vietnamese, English. `cqdt check set` is an argument of one command, `set` of any that has no words of its own.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "cqdt",
        "Chấm điểm, xếp hạng và giải trình đợt đánh giá mức độ chính quyền điện tử",
        "Score, rank and explain assessments of the e-government level of State agencies",
    ),
    (
        "cqdt usage",
        "cqdt <LỆNH> [TUỲ CHỌN]",
        "cqdt <COMMAND> [OPTIONS]",
    ),
    (
        "cqdt after",
        "Ngôn ngữ: --lang, nếu không có thì biến môi trường CQDT_LANG, nếu không có nữa thì tiếng Việt.\n\
         \n\
         Mã kết thúc:\n  \
         0  xong, không có lỗi\n  \
         1  dữ liệu vào có lỗi (đã chỉ rõ chỗ sai)\n  \
         2  gõ lệnh sai\n  \
         3  không đọc hoặc không ghi được tệp\n\
         \n\
         `cqdt LỆNH --help` nói rõ từng lệnh.",
        "Language: --lang, else the environment variable CQDT_LANG, else Vietnamese.\n\
         \n\
         Exit codes:\n  \
         0  done, nothing wrong\n  \
         1  the input has faults (their places were shown)\n  \
         2  the command line is wrong\n  \
         3  a file can't be read or written\n\
         \n\
         `cqdt COMMAND --help` tells about each command.",
    ),
    (
        "lang",
        "Ngôn ngữ: vi (mặc định) hoặc en",
        "Language: vi (default) or en",
    ),
    ("lang value", "NGÔN_NGỮ", "LANG"),
    ("help", "In hướng dẫn này", "Print this help"),
    ("version", "In phiên bản", "Print the version"),
    // Arguments that several commands share.
    (
        "set",
        "Bộ tiêu chí: mã có sẵn (xem `cqdt sets`) hoặc tệp TOML, JSON; `-` là đầu vào chuẩn",
        "Criteria set: a built-in id (see `cqdt sets`) or a TOML or JSON file; `-` is standard input",
    ),
    ("set value", "BỘ", "SET"),
    (
        "submission",
        "Báo cáo tự chấm: tệp TOML, JSON, hoặc CSV mỗi dòng một đơn vị; `-` là đầu vào chuẩn",
        "Submission: TOML, JSON, or CSV with one row a unit; `-` is standard input",
    ),
    ("submission value", "BÁO_CÁO", "SUBMISSION"),
    (
        "unit",
        "Chỉ lấy đơn vị này trong bảng CSV",
        "Only this unit of a CSV table",
    ),
    ("unit value", "MÃ", "ID"),
    (
        "layer",
        "Lớp số liệu: self (tự chấm) hoặc verified (thẩm định); mặc định là thẩm định nếu có",
        "Layer: self or verified; by default verified where there is any",
    ),
    ("layer value", "LỚP", "LAYER"),
    (
        "decimal",
        "Dấu thập phân trong bảng CSV: comma (1.234,5) hoặc point (1,234.5); không nói rõ thì số đọc được hai cách bị từ chối",
        "Decimal mark of CSV tables: comma (1.234,5) or point (1,234.5); unstated, what reads two ways is refused",
    ),
    ("decimal value", "DẤU", "MARK"),
    (
        "json",
        "In kết quả dạng JSON cho chương trình khác",
        "Print the result as JSON",
    ),
    // check
    (
        "cqdt check",
        "Kiểm tra tệp, chỉ ra mọi lỗi cùng lúc, kèm dòng và cột",
        "Check files: all faults at once, each with line and column",
    ),
    (
        "cqdt check usage",
        "cqdt check [TUỲ CHỌN] <TỆP>…",
        "cqdt check [OPTIONS] <FILE>…",
    ),
    (
        "files",
        "Bộ tiêu chí, báo cáo (TOML, JSON, CSV) hoặc đợt đánh giá; `-` là đầu vào chuẩn",
        "Criteria sets, submissions (TOML, JSON, CSV) or rounds; `-` is standard input",
    ),
    ("files value", "TỆP", "FILE"),
    (
        "kind",
        "Tệp là gì: set, submission, round, csv; mặc định nhận theo nội dung",
        "What the files are: set, submission, round, csv; by default told from their contents",
    ),
    ("kind value", "LOẠI", "KIND"),
    (
        "cqdt check set",
        "Đối chiếu báo cáo với bộ tiêu chí này; mặc định là bộ có sẵn mà báo cáo ghi ở `set`",
        "Check submissions against this criteria set; by default the built-in one that they name",
    ),
    (
        "cqdt check after",
        "Ví dụ:\n  cqdt check bo-tieu-chi.toml\n  cqdt check --decimal comma phuong-xa.csv",
        "Examples:\n  cqdt check criteria.toml\n  cqdt check --decimal comma wards.csv",
    ),
    // diff
    (
        "cqdt diff",
        "So hai bộ tiêu chí: thêm, bỏ, chuyển chỗ, đổi điểm, đổi quy tắc",
        "Compare two criteria sets: what was added, removed, moved, changed",
    ),
    (
        "cqdt diff usage",
        "cqdt diff [TUỲ CHỌN] <CŨ> <MỚI>",
        "cqdt diff [OPTIONS] <OLD> <NEW>",
    ),
    (
        "old",
        "Bộ cũ: mã có sẵn hoặc tệp",
        "The old set: a built-in id or a file",
    ),
    ("old value", "CŨ", "OLD"),
    (
        "new",
        "Bộ mới: mã có sẵn hoặc tệp",
        "The new set: a built-in id or a file",
    ),
    ("new value", "MỚI", "NEW"),
    (
        "cqdt diff after",
        "Ví dụ:\n  cqdt diff phu-tho-1609-2018/cap-xa cap-xa-chinh-thuc.toml",
        "Example:\n  cqdt diff phu-tho-1609-2018/cap-xa official.toml",
    ),
    // score
    (
        "cqdt score",
        "Chấm điểm một báo cáo, hoặc mọi dòng của một bảng",
        "Score a submission, or every row of a table",
    ),
    (
        "cqdt score usage",
        "cqdt score [TUỲ CHỌN] <BỘ> <BÁO_CÁO>",
        "cqdt score [OPTIONS] <SET> <SUBMISSION>",
    ),
    (
        "cqdt score json",
        "In báo cáo chuẩn tắc (RFC 8785), mỗi đơn vị một dòng",
        "Print canonical reports (RFC 8785), one unit a line",
    ),
    (
        "html",
        "Ghi trang HTML vào tệp này; `-` là đầu ra chuẩn",
        "Write the HTML page to this file; `-` is standard output",
    ),
    ("html value", "TỆP", "FILE"),
    (
        "cqdt score after",
        "Ví dụ:\n  cqdt score viet-tri-2395-2018/phu-luc-2 phuong-gia-cam.toml\n  cqdt score viet-tri-2395-2018/phu-luc-2 phuong-xa.csv --unit phuong-gia-cam --decimal comma",
        "Examples:\n  cqdt score viet-tri-2395-2018/phu-luc-2 phuong-gia-cam.toml\n  cqdt score viet-tri-2395-2018/phu-luc-2 wards.csv --unit phuong-gia-cam --decimal comma",
    ),
    // explain
    (
        "cqdt explain",
        "Giải trình từng điểm: công thức với số đã thay, căn cứ",
        "Explain every point: the formula with the numbers put in, and the basis",
    ),
    (
        "cqdt explain usage",
        "cqdt explain [TUỲ CHỌN] <BỘ> <BÁO_CÁO>",
        "cqdt explain [OPTIONS] <SET> <SUBMISSION>",
    ),
    (
        "criterion",
        "Chỉ tiêu chí này; ghi nhiều lần được",
        "Only this criterion; may be given several times",
    ),
    ("criterion value", "MÃ", "ID"),
    (
        "cqdt explain after",
        "Ví dụ:\n  cqdt explain viet-tri-2395-2018/phu-luc-2 phuong-gia-cam.toml --criterion i.1",
        "Example:\n  cqdt explain viet-tri-2395-2018/phu-luc-2 phuong-gia-cam.toml --criterion i.1",
    ),
    // round
    (
        "cqdt round",
        "Tổng hợp cả đợt: nhận báo cáo, chấm điểm, xếp hạng, ghi trang HTML",
        "Assess a whole round: take in, score, rank, write the HTML page",
    ),
    (
        "cqdt round usage",
        "cqdt round [TUỲ CHỌN] <THƯ_MỤC>",
        "cqdt round [OPTIONS] <DIR>",
    ),
    (
        "dir",
        "Thư mục của đợt: `round.toml`, `submissions/`, có thể có `sets/` và `tables.toml`",
        "The round's folder: `round.toml`, `submissions/`, and perhaps `sets/` and `tables.toml`",
    ),
    ("dir value", "THƯ_MỤC", "DIR"),
    (
        "sets",
        "Tìm bộ tiêu chí trong thư mục này trước, rồi mới đến `sets/` của đợt và các bộ có sẵn",
        "Look for criteria sets in this folder first, then in the round's `sets/`, then built in",
    ),
    ("sets value", "THƯ_MỤC", "DIR"),
    (
        "cqdt round json",
        "Ghi kết quả dạng JSON chuẩn tắc vào tệp này; `-` là đầu ra chuẩn",
        "Write the canonical JSON result to this file; `-` is standard output",
    ),
    ("json value", "TỆP", "FILE"),
    (
        "csv",
        "Ghi bảng xếp hạng dạng CSV (tiếng Việt: `;` và dấu phẩy thập phân; tiếng Anh: `,` và dấu chấm)",
        "Write the ranking as CSV (Vietnamese: `;` and decimal comma; English: `,` and decimal point)",
    ),
    ("csv value", "TỆP", "FILE"),
    (
        "cqdt round after",
        "Báo cáo chưa nộp, nộp muộn hay sai số liệu được ghi vào kết quả và không làm lệnh thất bại;\n\
         tệp không đọc được, bộ tiêu chí hay `round.toml` sai thì mã kết thúc là 1.\n\
         \n\
         Ví dụ:\n  cqdt round viet-tri-2018 --html ket-qua.html --csv xep-hang.csv",
        "Reports that are missing, late or wrong are part of the result and don't fail the command;\n\
         a file that can't be read, or a faulty criteria set or `round.toml`, ends with exit code 1.\n\
         \n\
         Example:\n  cqdt round viet-tri-2018 --html result.html --csv ranking.csv",
    ),
    // compare
    (
        "cqdt compare",
        "So hai đợt: tổng điểm, thứ hạng và mức thay đổi của từng đơn vị",
        "Compare two rounds: each unit's total, rank and change",
    ),
    (
        "cqdt compare usage",
        "cqdt compare [TUỲ CHỌN] <TRƯỚC> <NAY>",
        "cqdt compare [OPTIONS] <BEFORE> <NOW>",
    ),
    (
        "before",
        "Đợt trước: bảng CSV có cột `unit`, `total` (và `name`, `set`), báo cáo JSON của đợt, hoặc thư mục của đợt",
        "The earlier round: CSV with columns `unit`, `total` (and `name`, `set`), a round's JSON report, or its folder",
    ),
    ("before value", "TRƯỚC", "BEFORE"),
    ("now", "Đợt này, cũng như vậy", "The later round, likewise"),
    ("now value", "NAY", "NOW"),
    ("cqdt compare set", "Chỉ so mẫu này", "Only this form"),
    (
        "ties",
        "Sau hạng chung: competition (1, 2, 2, 4) hoặc dense (1, 2, 2, 3); mặc định theo bộ tiêu chí",
        "After a shared rank: competition (1, 2, 2, 4) or dense (1, 2, 2, 3); by default as the set says",
    ),
    ("ties value", "CÁCH", "HOW"),
    (
        "cqdt compare after",
        "Ví dụ:\n  cqdt compare 2020.csv 2021.csv",
        "Example:\n  cqdt compare 2020.csv 2021.csv",
    ),
    // robustness
    (
        "cqdt robustness",
        "Thứ hạng vững đến đâu khi trọng số các nhóm tiêu chí thay đổi",
        "How far ranks hold when the weights of the groups change",
    ),
    (
        "cqdt robustness usage",
        "cqdt robustness [TUỲ CHỌN] <NGUỒN>",
        "cqdt robustness [OPTIONS] <SOURCE>",
    ),
    (
        "cqdt robustness path",
        "Thư mục của đợt; hoặc bảng điểm CSV có cột `unit` và mỗi nhóm một cột; hoặc tệp báo cáo kèm `--set`",
        "The round's folder; or a CSV table of scores with a column `unit` and one for every group; or a file of submissions with `--set`",
    ),
    ("path value", "NGUỒN", "SOURCE"),
    (
        "draws",
        "Số lượt lấy mẫu trọng số; mặc định 10000",
        "How many times weights are drawn; 10000 by default",
    ),
    ("draws value", "SỐ", "COUNT"),
    (
        "percent",
        "Mỗi trọng số thay đổi đều trong khoảng ± chừng này phần trăm; mặc định 25",
        "Each weight changes evenly within ± so many percent; 25 by default",
    ),
    ("percent value", "SỐ", "PERCENT"),
    (
        "dirichlet",
        "Lấy mẫu theo phân phối Dirichlet quanh trọng số đã định: độ tập trung càng lớn càng gần",
        "Draw from a Dirichlet distribution around the decided weights: the larger the concentration, the closer",
    ),
    ("dirichlet value", "ĐỘ_TẬP_TRUNG", "CONCENTRATION"),
    (
        "drop_one",
        "Mỗi lượt bỏ thêm một nhóm, các nhóm như nhau",
        "Leave out one group in each draw besides, each as often as any other",
    ),
    (
        "error",
        "Số liệu có sai số, dạng `SỐ_LIỆU=2%` hoặc `SỐ_LIỆU=3`: mỗi lượt lấy số liệu khác trong phạm vi đó; dùng được nhiều lần",
        "A fact's error, as `FACT=2%` or `FACT=3`: each draw takes other answers within it; may be given more than once",
    ),
    ("error value", "SỐ_LIỆU=SAI_SỐ", "FACT=SIZE"),
    (
        "sensitivity",
        "Cho biết trọng số nào làm thay đổi thứ hạng: chỉ số Sobol' bậc nhất và toàn phần; số mẫu mặc định 1024, nên là luỹ thừa của 2",
        "Tell whose weight moves the ranks: Sobol' indices, first-order and total; 1024 samples by default, best a power of 2",
    ),
    ("sensitivity value", "SỐ_MẪU", "SAMPLES"),
    (
        "seed",
        "Hạt giống: cùng một số thì kết quả như nhau trên mọi máy; mặc định 1",
        "Seed: the same number gives the same result on every machine; 1 by default",
    ),
    ("seed value", "SỐ", "NUMBER"),
    (
        "pair",
        "Đếm số lượt đơn vị A đứng trên đơn vị B; dùng được nhiều lần",
        "Count the draws in which unit A ranks before unit B; may be given more than once",
    ),
    ("pair value", "A,B", "A,B"),
    (
        "cqdt robustness set",
        "Chỉ xét mẫu này; với tệp báo cáo thì là bộ tiêu chí để chấm",
        "Only this form; for a file of submissions, the criteria set to score by",
    ),
    (
        "cqdt robustness after",
        "Ví dụ:\n  cqdt robustness examples/viet-tri-2018 --pair phuong-gia-cam,phuong-nong-trang --html do-vung.html",
        "Example:\n  cqdt robustness examples/viet-tri-2018 --pair phuong-gia-cam,phuong-nong-trang --html robustness.html",
    ),
    // analyse
    (
        "cqdt analyse",
        "Từng tiêu chí phân loại các đơn vị đến đâu: trung bình, độ phân tán, trần điểm, tương quan, hệ số alpha",
        "How far each criterion tells units apart: mean, spread, ceiling, correlation, alpha",
    ),
    (
        "cqdt analyse usage",
        "cqdt analyse [TUỲ CHỌN] <NGUỒN>",
        "cqdt analyse [OPTIONS] <SOURCE>",
    ),
    (
        "cqdt analyse path",
        "Thư mục của đợt; hoặc tệp báo cáo kèm `--set`",
        "The round's folder; or a file of submissions with `--set`",
    ),
    (
        "cqdt analyse set",
        "Chỉ xét mẫu này; với tệp báo cáo thì là bộ tiêu chí để chấm",
        "Only this form; for a file of submissions, the criteria set to score by",
    ),
    (
        "like",
        "Tương quan từ chừng này thì coi hai tiêu chí đo cùng một điều; từ 0 đến 1, mặc định 0,95",
        "The correlation from which two criteria are said to measure the same; 0 to 1, 0.95 by default",
    ),
    ("like value", "SỐ", "NUMBER"),
    (
        "cqdt analyse after",
        "Ví dụ:\n  cqdt analyse examples/viet-tri-2018 --set viet-tri-2395-2018/phu-luc-2",
        "Example:\n  cqdt analyse examples/viet-tri-2018 --set viet-tri-2395-2018/phu-luc-2",
    ),
    // gap
    (
        "cqdt gap",
        "Điểm còn có thể đạt, và cần thêm bao nhiêu điểm để lên mức hay lên hạng",
        "Points still to win, and how many it takes to a band or a rank",
    ),
    (
        "cqdt gap usage",
        "cqdt gap [TUỲ CHỌN] <BỘ> <BÁO_CÁO>",
        "cqdt gap [OPTIONS] <SET> <SUBMISSION>",
    ),
    (
        "band",
        "Mức xếp loại muốn đạt; mặc định là mọi mức cao hơn hiện tại",
        "The band to reach; by default every one above the present one",
    ),
    ("band value", "MỨC", "BAND"),
    (
        "rank",
        "Hạng muốn đạt trong đợt ở --round; mặc định là hạng ngay trên",
        "The rank to reach in the round given by --round; by default the next one up",
    ),
    ("rank value", "HẠNG", "RANK"),
    (
        "round",
        "Thư mục của đợt, để biết điểm các đơn vị khác",
        "A round's folder, for the other units' points",
    ),
    ("round value", "THƯ_MỤC", "DIR"),
    (
        "cqdt gap after",
        "Ví dụ:\n  cqdt gap viet-tri-2395-2018/phu-luc-2 phuong-gia-cam.toml --band tot\n  cqdt gap viet-tri-2395-2018/phu-luc-2 phuong-gia-cam.toml --round viet-tri-2018 --rank 3",
        "Examples:\n  cqdt gap viet-tri-2395-2018/phu-luc-2 phuong-gia-cam.toml --band tot\n  cqdt gap viet-tri-2395-2018/phu-luc-2 phuong-gia-cam.toml --round viet-tri-2018 --rank 3",
    ),
    // sets
    (
        "cqdt sets",
        "Liệt kê các bộ tiêu chí có sẵn",
        "List the built-in criteria sets",
    ),
    (
        "cqdt sets usage",
        "cqdt sets [TUỲ CHỌN]",
        "cqdt sets [OPTIONS]",
    ),
    (
        "show",
        "In tệp của một bộ, để chép ra rồi sửa; thêm --json thì in JSON chuẩn tắc, kể cả của một tệp",
        "Print the file of a set, to copy and edit; with --json as canonical JSON, of a file too",
    ),
    ("show value", "BỘ", "SET"),
    (
        "form",
        "In báo cáo trống của một bộ (mã hoặc tệp), để điền",
        "Print a blank submission of a set (id or file), to fill in",
    ),
    ("form value", "BỘ", "SET"),
    (
        "cqdt sets after",
        "Ví dụ:\n  cqdt sets --form viet-tri-2395-2018/phu-luc-2 > phuong-gia-cam.toml",
        "Example:\n  cqdt sets --form viet-tri-2395-2018/phu-luc-2 > phuong-gia-cam.toml",
    ),
];

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::args::Cli;

    fn visit(command: &Command, path: &str, lang: Lang, seen: &mut Vec<String>) {
        for key in [path.to_owned(), format!("{path} usage")] {
            assert!(
                find(&key, lang).is_some_and(|text| !text.is_empty()),
                "{key}"
            );
            seen.push(key);
        }
        seen.push(format!("{path} after"));
        let usage = words(&format!("{path} usage"), lang);
        for arg in command.get_arguments() {
            let id = arg.get_id().as_str();
            let own = format!("{path} {id}");
            let key = if find(&own, lang).is_some() {
                own
            } else {
                id.to_owned()
            };
            assert!(!words(&key, lang).is_empty(), "{path}: {id}");
            seen.push(key);
            if arg.get_action().takes_values() {
                let value = format!("{id} value");
                let name = words(&value, lang);
                assert!(!name.is_empty(), "{value}");
                // Usages are written by hand, so they must not fall behind.
                assert!(
                    !arg.is_positional() || usage.contains(name),
                    "{usage}: {name}"
                );
                seen.push(value);
            }
        }
        for inner in command.get_subcommands() {
            visit(inner, &format!("{path} {}", inner.get_name()), lang, seen);
        }
    }

    #[test]
    fn everything_has_words_in_both_languages_and_no_words_are_left_over() {
        for lang in [Lang::Vi, Lang::En] {
            let mut seen = Vec::new();
            visit(&Cli::command(), "cqdt", lang, &mut seen);
            seen.push("json value".to_owned());
            for (key, vi, en) in WORDS {
                assert!(seen.iter().any(|one| one == key), "{key} is used nowhere");
                assert!(!vi.is_empty() && !en.is_empty(), "{key}");
            }
            localised(Cli::command(), lang).debug_assert();
        }
    }
}
