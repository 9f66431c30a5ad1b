//! What the documentation shows of the command is what the command does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::Command;

const PAGES: &[&str] = &["docs/cli.md", "docs/guide.vi.md"];

/// The workspace; nothing where the crate was unpacked alone.
fn root() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join("docs").is_dir().then_some(root)
}

/// Output and then errors of a line of documentation, such as `cqdt sets | head -3`.
fn output(line: &str, root: &Path) -> String {
    let (line, most) = match line.split_once(" | head -") {
        Some((line, most)) => (line, most.trim().parse().unwrap()),
        None => (line, usize::MAX),
    };
    let mut words = line.split_whitespace();
    assert_eq!(words.next(), Some("cqdt"), "{line}");
    let output = Command::new(env!("CARGO_BIN_EXE_cqdt"))
        .args(words)
        .current_dir(root)
        .env_remove("CQDT_LANG")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    let shown: Vec<&str> = text
        .iter()
        .flat_map(|text| text.lines())
        .take(most)
        .collect();
    let trimmed: Vec<&str> = shown.iter().map(|line| line.trim_end()).collect();
    trimmed.join("\n") + "\n"
}

/// The page with the output of every `console` block made anew.
fn renewed(page: &str, root: &Path) -> (String, usize) {
    let mut text = String::new();
    let mut blocks = 0;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        if line != "```console" {
            continue;
        }
        blocks += 1;
        for line in lines.by_ref().take_while(|line| *line != "```") {
            if let Some(command) = line.strip_prefix("$ ") {
                text.push_str(line);
                text.push('\n');
                text.push_str(&output(command, root));
            }
        }
        text.push_str("```\n");
    }
    (text, blocks)
}

#[test]
fn the_documentation_shows_what_happens() {
    let Some(root) = root() else { return };
    for page in PAGES {
        let path = root.join(page);
        let written = std::fs::read_to_string(&path).unwrap();
        let (renewed, blocks) = renewed(&written, &root);
        assert!(blocks >= 5, "{page}");
        if std::env::var_os("CQDT_UPDATE_DOCS").is_some() {
            std::fs::write(&path, renewed).unwrap();
            continue;
        }
        for (at, (written, renewed)) in written.lines().zip(renewed.lines()).enumerate() {
            assert_eq!(
                written,
                renewed,
                "{page}:{}: CQDT_UPDATE_DOCS=1 cargo nextest run -p cqdt-cli --test docs writes it anew",
                at + 1
            );
        }
        assert_eq!(written.lines().count(), renewed.lines().count(), "{page}");
    }
}

/// As Decision 519/QĐ-UBND of 08/3/2022 of Phú Thọ ranks its departments (the rows that are known).
#[test]
fn the_published_order_of_phu_tho_comes_out() {
    let Some(root) = root() else { return };
    let output = Command::new(env!("CARGO_BIN_EXE_cqdt"))
        .args([
            "compare",
            "examples/phu-tho-2021/2020.csv",
            "examples/phu-tho-2021/2021.csv",
        ])
        .current_dir(root)
        .env_remove("CQDT_LANG")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let published = [
        ("1", "Cục Thuế tỉnh"),
        ("2", "Sở Thông tin và Truyền thông"),
        ("3", "Văn phòng UBND tỉnh"),
        ("4", "Sở Y tế"),
        ("5", "Sở Tài chính"),
        ("6", "Sở Kế hoạch và Đầu tư"),
        ("7", "Kho bạc Nhà nước tỉnh"),
        ("8", "Bảo hiểm Xã hội tỉnh"),
        ("9", "Sở Lao động, Thương binh và Xã hội"),
        ("10", "Sở Giáo dục và Đào tạo"),
        ("11", "Sở Nội vụ"),
        ("12", "Sở Tư pháp"),
        ("13", "Sở Tài nguyên và Môi trường"),
        ("14", "Sở Giao thông vận tải"),
        ("15", "Sở Xây dựng"),
        ("16", "Sở Khoa học và Công nghệ"),
        ("17", "Sở Nông nghiệp và Phát triển Nông thôn"),
        ("18", "Sở Công Thương"),
    ];
    let rows: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.contains('─'))
        .skip(1)
        .collect();
    assert_eq!(rows.len(), published.len(), "{text}");
    for (row, (rank, name)) in rows.iter().zip(published) {
        assert_eq!(row.split_whitespace().next(), Some(rank), "{row}");
        assert!(row.contains(name), "{row}");
    }
    // The three that shared 129.8 points in 2020 shared a rank, and the next ranks were skipped.
    assert_eq!(text.matches("  13  ").count(), 4, "{text}");
}
