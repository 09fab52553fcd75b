import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

/** Which revision a word of the command line means: by its number (0 for the head), by its tag, or as the head of a moment. */
export type RevisionWord =
  | { readonly type: "number"; readonly number: bigint }
  | { readonly type: "tag"; readonly tag: string }
  | { readonly type: "moment"; readonly at: Pick<Timestamp, "seconds" | "nanos"> };

/** The word for the head of a design. */
export const headWord: RevisionWord = { type: "number", number: 0n };

/** What answers which revision has a tag, or was the head at a moment: the client of DesignStateService. */
export interface RevisionSource {
  getRevision(request: {
    readonly design: string;
    readonly tag?: string;
    readonly at?: Pick<Timestamp, "seconds" | "nanos">;
  }): Promise<{ readonly revision?: { readonly number: bigint } | undefined }>;
}

const TAG = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;
const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * Reads the word for a revision: `head`, a number, a tag, or an ISO 8601 time with its zone, such as 2026-11-30T12:00:00Z. A time to the second means the end
 * of that second, so that a time as `bedplate history` prints it names its revision. Throws `CliError`.
 */
export function parseRevisionWord(text: string): RevisionWord {
  if (text === "head") return headWord;
  if (/^\d{1,18}$/.test(text)) return { type: "number", number: BigInt(text) };
  const at = momentOf(text);
  if (at !== undefined) return { type: "moment", at };
  if (TAG.test(text) && !/^\d+$/.test(text)) return { type: "tag", tag: text };
  throw new CliError(
    exitCode.usage,
    `${JSON.stringify(text)} is no revision`,
    "write a number, a tag, head, or a time with its zone, such as 2026-11-30T12:00:00Z",
  );
}

/** The number of the revision a word means: 0 for the head. The server is asked for tags and moments only; its errors are passed on. */
export async function revisionOf(source: RevisionSource, design: string, word: RevisionWord): Promise<bigint> {
  if (word.type === "number") return word.number;
  const asked = word.type === "tag" ? { tag: word.tag } : { at: word.at };
  const { revision } = await source.getRevision({ design, ...asked });
  if (revision === undefined) throw new CliError(exitCode.fault, "the server answered without a revision");
  return revision.number;
}

function momentOf(text: string): Pick<Timestamp, "seconds" | "nanos"> | undefined {
  const [, date, minute, second, fraction, zone] = MOMENT.exec(text) ?? [];
  if (date === undefined) return undefined;
  const milliseconds = Date.parse(`${date}T${minute}:${second ?? "00"}${zone?.toUpperCase()}`);
  if (Number.isNaN(milliseconds)) return undefined;
  const nanos = second !== undefined && fraction === undefined ? 999_999_999 : Number((fraction ?? "").padEnd(9, "0"));
  return { seconds: BigInt(Math.floor(milliseconds / 1000)), nanos };
}
