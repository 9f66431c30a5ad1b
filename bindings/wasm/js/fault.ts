/** What is thrown: typed, with a stable code and both languages. */
import type { Failure, FaultItem, Text } from "./types.js";

/** Something that could not be used. `code` is stable; the sentences are in both languages, `message` is Vietnamese. */
export class CqdtError extends Error {
  override readonly name = "CqdtError";
  /** The stable code of the first fault, such as `E0104`. */
  readonly code: string;
  /** JSON Pointer to the place of the first fault; empty for the whole. */
  readonly path: string;
  /** All faults, one a line. */
  readonly messages: Text;
  /** Every fault, with its place. */
  readonly faults: readonly FaultItem[];

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.messages.vi, options);
    this.code = failure.code;
    this.path = failure.path;
    this.messages = failure.messages;
    this.faults = failure.faults;
  }
}

/** A fault that only this package has. @internal */
export function misuse(code: string, vi: string, en: string, cause?: unknown): CqdtError {
  return new CqdtError({ code, path: "", messages: { vi, en }, faults: [] }, cause === undefined ? undefined : { cause });
}

/** A module's file that did not arrive, or that the browser can't run. @internal */
export function unloaded(file: string, cause: unknown): CqdtError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return misuse(
    "E9012",
    `không nạp được \`${file}\`: hãy kiểm tra kết nối mạng và đường dẫn tới tệp, rồi thử lại (${why})`,
    `\`${file}\` can't be loaded: check the network and the file's address, then try again (${why})`,
    cause,
  );
}

