/** What the elements say themselves; everything about a criteria set is in its own texts, in both languages. */
import { CqdtError, type Lang } from "../index.js";

const WORDS = {
  vi: {
    total: "Tổng điểm", share: "Tỷ lệ", band: "Xếp loại", incomplete: "Chưa đầy đủ", complete: "Đã đầy đủ", points: "Điểm",
    choose: "Chọn…", yes: "Có", no: "Không", notApplicable: "Không áp dụng", reason: "Lý do không áp dụng",
    evidence: "Tài liệu kiểm chứng", number: "Số, ký hiệu", date: "Ngày", link: "Đường dẫn",
    badDate: "Ngày không hợp lệ, cần viết như 03/10/2018", add: "Thêm tài liệu", remove: "Bỏ tài liệu này",
    unit: "Mã đơn vị", submit: "Nộp", exportFile: "Tải tệp bài nộp", importFile: "Mở tệp bài nộp", print: "In", clear: "Xoá tất cả",
    sure: "Bấm lần nữa để xoá tất cả", cleared: "Đã xoá tất cả câu trả lời", imported: "Đã mở tệp bài nộp",
    draft: "Đã khôi phục bản nháp lưu trên máy này", otherSet: "Tệp dùng bộ tiêu chí khác: ", loading: "Đang nạp bộ tiêu chí…",
    failed: "Không mở được biểu mẫu", rollup: "Do hệ thống tổng hợp từ các đơn vị trực thuộc", problems: "Cần xem lại",
    rank: "Hạng", unitName: "Đơn vị", bonus: "điểm thưởng", penalty: "điểm trừ", basis: "Căn cứ", clearAnswer: "Bỏ chọn",
    unknownSet: "Chưa nêu bộ tiêu chí: không rõ kết quả có theo bản chính thức hay không",
    empty: "Chưa có đơn vị nào", ranking: "Bảng xếp hạng", badFile: "Không đọc được tệp",
    asked: "đã hỏi ở mục", ranks: "Khoảng thứ hạng", median: "trung vị", within: "đều trong khoảng ±", dirichlet: "theo phân phối Dirichlet, độ tập trung",
    draws: "lượt lấy mẫu trọng số các nhóm", dropsOne: "mỗi lượt bỏ một nhóm", seed: "hạt giống",
    none: "Không có mục nào", mend: "Cần sửa trước khi nộp hoặc tải tệp", badUnit: "Mã đơn vị chỉ gồm chữ thường không dấu, chữ số, `-`, `_`, `.`, không quá 64 ký tự",
    fileOf: "Tệp là của đơn vị", formOf: "biểu mẫu này của đơn vị", unchanged: "Các câu trả lời vẫn giữ nguyên.",
    badGiven: "Không mở được bài nộp mà trang này đưa vào", badDraft: "Không đọc được bản nháp lưu trên máy này", saveDraft: "Tải bản nháp ấy về",
    draftLeft: "Trên máy này còn một bản nháp; câu trả lời mới sẽ thay nó.", openDraft: "Mở bản nháp", rankingFailed: "Không hiện được bảng xếp hạng",
    ranksLegend: "Vạch ngang: thứ hạng trong 90 % số lượt (5–95 %); vạch đứng: trung vị; vòng tròn: thứ hạng theo trọng số đã ban hành.",
  },
  en: {
    total: "Total", share: "Share", band: "Band", incomplete: "Incomplete", complete: "Complete", points: "Points",
    choose: "Choose…", yes: "Yes", no: "No", notApplicable: "Not applicable", reason: "Why it is not applicable",
    evidence: "Evidence", number: "Number", date: "Date", link: "Link",
    badDate: "Not a day; write it as 03/10/2018 or 2018-10-03", add: "Add a document", remove: "Remove this document",
    unit: "Unit id", submit: "Submit", exportFile: "Download submission", importFile: "Open submission", print: "Print", clear: "Clear all",
    sure: "Press again to clear everything", cleared: "All answers are cleared", imported: "The submission is open",
    draft: "The draft kept on this computer is restored", otherSet: "The file is for another criteria set: ", loading: "Loading the criteria set…",
    failed: "The form can't be opened", rollup: "Filled in by the system from the units below", problems: "To look at",
    rank: "Rank", unitName: "Unit", bonus: "bonus", penalty: "penalty", basis: "Basis", clearAnswer: "Clear choice",
    unknownSet: "No criteria set given: it is not known whether these results follow an official one",
    empty: "No units yet", ranking: "Ranking", badFile: "The file can't be read",
    asked: "asked at", ranks: "Range of ranks", median: "median", within: "evenly within ±", dirichlet: "from a Dirichlet distribution of concentration",
    draws: "draws of the groups' weights", dropsOne: "one group left out in each draw", seed: "seed",
    none: "None of these", mend: "To be mended before the file is handed in or downloaded", badUnit: "A unit id has lower-case ASCII letters, digits, `-`, `_`, `.`, at most 64",
    fileOf: "The file is of the unit", formOf: "this form is of the unit", unchanged: "The answers are as they were.",
    badGiven: "The submission that this page gave can't be opened", badDraft: "The draft kept on this computer can't be read", saveDraft: "Download that draft",
    draftLeft: "There is a draft on this computer; a new answer will take its place.", openDraft: "Open the draft", rankingFailed: "The ranking can't be shown",
    ranksLegend: "Bar: ranks in 90 % of the draws (5–95 %); stroke: median; circle: rank under the decided weights.",
  },
} as const;

export type Words = { readonly [Key in keyof (typeof WORDS)["vi"]]: string };

export function wordsOf(lang: Lang): Words {
  return WORDS[lang];
}

/** A node with attributes and children; children that are texts become text, never markup. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | boolean | undefined>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) {
      node.setAttribute(name, "");
    } else if (value !== undefined && value !== false) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children);
  return node;
}

export function button(title: string, act: (button: HTMLButtonElement) => void): HTMLButtonElement {
  const made = make("button", { type: "button", part: "button" }, title);
  made.addEventListener("click", () => act(made));
  return made;
}

/** What went wrong, in the language of the page. */
export function told(error: unknown, lang: Lang): string {
  return error instanceof CqdtError ? error.messages[lang] : String(error);
}

/** Takes in properties that a page set before the element was defined: they would hide the element's own. */
export function upgrade(element: HTMLElement, names: readonly string[]): void {
  for (const name of names.filter((name) => Object.hasOwn(element, name))) {
    const value: unknown = Reflect.get(element, name);
    Reflect.deleteProperty(element, name);
    Reflect.set(element, name, value);
  }
}

/** Sheets that a strict Content-Security-Policy lets through, shared by all elements of a kind. */
export function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

export const BASE = `
:host { display: block; color: var(--cqdt-color, #1b2330); background: var(--cqdt-background, #fff); font: var(--cqdt-font, 1rem/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif); }
:host([hidden]) { display: none; }
*, *::before, *::after { box-sizing: border-box; }
.notice { margin: 0 0 1rem; padding: .6rem .9rem; border-left: 4px solid #b45309; background: #fef3e2; color: #5f2c04; border-radius: 0 6px 6px 0; }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0; }
`;
