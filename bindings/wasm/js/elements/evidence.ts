/** The documents that back a criterion: rows of number, day and link. */
import { dateText, readDate, type Definition, type Lang, type Submission } from "../index.js";
import type { Paper } from "./draft.js";
import { make, type Words } from "./words.js";

type Criterion = Definition["groups"][number]["criteria"][number];
export type EvidenceList = NonNullable<Submission["evidence"]>[string];

/** What a list of documents needs of its form. */
export interface Listing {
  readonly lang: Lang;
  readonly words: Words;
  /** A new id. */
  id(): string;
  /** Hands the documents over; `typed` has them as they are on the page where some day is none. */
  send(papers: EvidenceList, typed: readonly Paper[] | undefined): void;
  /** Says whether a field's text can stand in a file. */
  mark(field: HTMLInputElement, isBad: boolean): void;
}

interface Row {
  readonly node: HTMLElement;
  /** Says whether the day is one. */
  check(): boolean;
  /** The row as it is typed, without what is blank. */
  typed(): Paper;
  /** Whether there may be something in it that no field shows. */
  readonly hasNote: boolean;
}

/** The documents of a criterion. */
export function drawEvidence(criterion: Criterion, papers: readonly Paper[], listing: Listing): HTMLElement {
  const { words, lang } = listing;
  const list = make("div");
  const rows: Row[] = [];
  // The last row has nothing to be removed for: clearing it is enough, but for a remark that no field shows.
  const showRemove = (): void => rows.forEach(({ node, hasNote }) => node.querySelector("button")?.toggleAttribute("hidden", rows.length < 2 && !hasNote));
  const send = (): void => {
    const areDays = rows.map((row) => row.check());
    const typed = rows.map((row) => row.typed());
    const papers = typed.map(({ date, ...paper }) => {
      const day = date === undefined ? undefined : readDate(date);
      return day === undefined ? paper : { ...paper, date: day };
    });
    listing.send(papers.filter((paper) => Object.keys(paper).length > 0), areDays.includes(false) ? typed : undefined);
  };
  const add = (paper: Paper): HTMLElement => {
    const error = make("p", { class: "error", part: "error", id: listing.id() });
    const field = (name: "number" | "date" | "link"): HTMLInputElement => {
      const input = make("input", { id: listing.id(), type: "text", part: "field", autocomplete: "off", placeholder: name === "date" ? "dd/mm/yyyy" : undefined,
        inputmode: name === "date" ? "text" : undefined, "aria-describedby": name === "date" ? error.id : undefined });
      const value = paper[name] ?? "";
      input.value = name === "date" && value !== "" ? (dateText(value, lang) ?? value) : value;
      input.addEventListener("input", send);
      return input;
    };
    const number = field("number");
    const date = field("date");
    const link = field("link");
    link.inputMode = "url";
    const remove = make("button", { type: "button", class: "plain", part: "button" }, words.remove);
    const column = (input: HTMLInputElement, title: string): HTMLElement => make("div", {}, make("label", { for: input.id }, title), input);
    const node = make("div", {}, make("div", { class: "papers", role: "group", "aria-label": words.evidence }, column(number, words.number), column(date, words.date), column(link, words.link), remove), error);
    const row: Row = {
      node,
      hasNote: (paper["note"] ?? "") !== "",
      check: () => {
        const day = date.value.trim();
        const isBad = day !== "" && readDate(day) === undefined;
        date.setAttribute("aria-invalid", String(isBad));
        error.textContent = isBad ? words.badDate : "";
        listing.mark(date, isBad);
        return !isBad;
      },
      typed: () => {
        const said = { number: number.value.trim(), date: date.value.trim(), link: link.value.trim(), note: paper["note"] ?? "" };
        return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ""));
      },
    };
    rows.push(row);
    remove.addEventListener("click", () => {
      rows.splice(rows.indexOf(row), 1);
      node.remove();
      listing.mark(date, false);
      if (rows.length === 0) {
        add({});
      }
      showRemove();
      send();
      list.querySelector("input")?.focus();
    });
    list.append(node);
    row.check();
    showRemove();
    return number;
  };
  const more = make("button", { type: "button", class: "plain", part: "button" }, words.add);
  more.addEventListener("click", () => add({}).focus());
  (papers.length === 0 ? [{}] : papers).forEach(add);
  return make("div", { class: "evidence", role: "group", "aria-label": `${words.evidence} ${criterion.number}` }, make("b", {}, words.evidence), list, more);
}
