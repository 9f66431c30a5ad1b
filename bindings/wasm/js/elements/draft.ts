/** Drafts: a form's contents, kept on this computer until they are cleared: whether they were handed in, only the page knows. */

/** A document as it was typed. */
export type Paper = Readonly<Record<string, string>>;

/** Documents by criterion. */
export type Papers = Readonly<Record<string, readonly Paper[]>>;

/** What a form holds: the submission as a file, and documents with a day that no file takes. */
export interface Contents {
  readonly submission: string;
  readonly papers: Papers;
}

function arePapers(value: unknown): value is Papers {
  const isPaper = (paper: unknown): boolean => typeof paper === "object" && paper !== null && Object.values(paper).every((text) => typeof text === "string");
  return typeof value === "object" && value !== null && Object.values(value).every((list) => Array.isArray(list) && list.every(isPaper));
}

/** A text as contents; one that is no draft with documents is a submission's file. */
function read(text: string): Contents {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    // What is wrong with it is said when it is opened.
  }
  if (typeof kept === "object" && kept !== null && "papers" in kept && "submission" in kept && arePapers(kept.papers)) {
    return { submission: JSON.stringify(kept.submission), papers: kept.papers };
  }
  return { submission: text, papers: {} };
}

function write({ submission, papers }: Contents): string {
  return Object.keys(papers).length === 0 ? submission : `{"papers":${JSON.stringify(papers)},"submission":${submission}}`;
}

/** How long a form waits for the next key stroke before it keeps what was typed, in milliseconds. */
const PAUSE = 250;

/** The draft of one name, set and unit. Where a browser keeps nothing, the form works all the same. */
export class Draft {
  readonly key: string;
  readonly #contents: () => Contents | undefined;
  #saving: ReturnType<typeof setTimeout> | undefined;

  constructor(key: string, contents: () => Contents | undefined) {
    this.key = key;
    this.#contents = contents;
  }

  /** The text that is kept, whatever it is. */
  get text(): string | undefined {
    try {
      return localStorage.getItem(this.key) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether what is kept is not what the form holds. */
  get isOther(): boolean {
    const contents = this.#contents();
    return this.text !== undefined && (contents === undefined || this.text !== write(contents));
  }

  /** What is kept. */
  read(): Contents | undefined {
    const { text } = this;
    return text === undefined ? undefined : read(text);
  }

  /** Puts a text that can't be read where no draft will take its place. */
  setAside(text: string): void {
    this.#keep(`${this.key}:unreadable`, text);
  }

  /** Keeps the form's contents, soon. */
  touch(): void {
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.flush(), PAUSE);
  }

  /** Keeps now what {@link touch} would have kept soon. */
  flush(): void {
    if (this.#saving === undefined) {
      return;
    }
    this.#stop();
    const contents = this.#contents();
    if (contents !== undefined) {
      this.#keep(this.key, write(contents));
    }
  }

  /** Takes the draft away, and what was still to be kept. */
  remove(): void {
    this.#stop();
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept.
    }
  }

  #stop(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
  }

  #keep(key: string, text: string): void {
    try {
      localStorage.setItem(key, text);
    } catch {
      // Nothing can be kept.
    }
  }
}
