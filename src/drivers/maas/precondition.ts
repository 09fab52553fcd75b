import { createHash } from "node:crypto";
import { invalidField } from "./driver-error.ts";

/** One object a precondition rests on. */
export interface Fact {
  /** Identifies the object, such as "subnet 10.1.0.0/24". */
  readonly key: string;
  /** A text that differs when anything that matters about it differs; a digest or the facts themselves. */
  readonly digest: string;
}

/** What a precondition remembers beside the objects. */
export interface Progress {
  /** The operation the other fields are about; empty in a token of Observe or Plan. */
  readonly operationId: string;
  /** Whether that operation changed anything. */
  readonly changed: boolean;
  /** Whether that operation started a transition of the machine, such as commissioning. */
  readonly started: boolean;
  /** How many answers in a row only waited. */
  readonly waits: number;
}

/** A precondition that was read back. */
export interface Precondition {
  /** MAAS's number of the machine's state; undefined when it was absent, or for a site. */
  readonly status: number | undefined;
  /** What the operation of that id has done so far; nothing when the token is of another operation. */
  progress(operationId: string): Progress;
  /** The objects that are new or differ. */
  changed<F extends Fact>(facts: readonly F[]): F[];
  /** The keys of objects that were there and are not among the facts any more. */
  vanished(facts: readonly Fact[], keys: readonly string[]): string[];
}

const VERSION = "m1";
const MAX_ENTRIES = 360;
const ENTRY_BYTES = 8;
const NO_PROGRESS: Progress = { operationId: "", changed: false, started: false, waits: 0 };
const FORM = /^m1\.([sf])\.(\d{0,3})\.([0-9a-f]{0,8})\.([01])([01])\.(\d{1,4})\.([A-Za-z0-9_-]*)$/;

/**
 * Writes a precondition: at most 4096 characters, whatever the number of facts. Each fact takes eight bytes; past 360
 * facts several share a slot, so that a change is still noticed, but objects of the same slot are suspected with it.
 */
export function writePrecondition(facts: readonly Fact[], status?: number, progress: Progress = NO_PROGRESS): string {
  const folded = facts.length > MAX_ENTRIES;
  const entries = [...fold(facts, folded)].sort(([a], [b]) => a - b);
  const bytes = Buffer.alloc(entries.length * ENTRY_BYTES);
  entries.forEach(([slot, mark], index) => {
    bytes.writeUInt32BE(slot, index * ENTRY_BYTES);
    bytes.writeUInt32BE(mark, index * ENTRY_BYTES + 4);
  });
  return [
    VERSION,
    folded ? "f" : "s",
    status ?? "",
    progress.operationId === "" ? "" : shortHash(progress.operationId),
    `${Number(progress.changed)}${Number(progress.started)}`,
    Math.min(progress.waits, 9999),
    bytes.toString("base64url"),
  ].join(".");
}

/** Reads a precondition; undefined for the empty one. INVALID_ARGUMENT when it is not one of this driver. */
export function readPrecondition(token: string): Precondition | undefined {
  if (token === "") return undefined;
  const match = FORM.exec(token);
  const bytes = Buffer.from(match?.[7] ?? "", "base64url");
  if (match === null || bytes.length % ENTRY_BYTES !== 0) {
    throw invalidField(
      "operation.precondition",
      "the precondition is not a token of this driver",
      "observe or plan again",
    );
  }
  const folded = match[1] === "f";
  const marks = new Map<number, number>();
  for (let at = 0; at < bytes.length; at += ENTRY_BYTES) marks.set(bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4));
  return {
    status: match[2] ? Number(match[2]) : undefined,
    progress(operationId) {
      if (match[3] !== shortHash(operationId)) return { ...NO_PROGRESS, operationId };
      return { operationId, changed: match[4] === "1", started: match[5] === "1", waits: Number(match[6]) };
    },
    changed(facts) {
      const now = fold(facts, folded);
      return facts.filter(({ key }) => {
        const slot = slotOf(key, folded);
        return marks.get(slot) !== now.get(slot);
      });
    },
    vanished(facts, keys) {
      const now = fold(facts, folded);
      const present = new Set(facts.map(({ key }) => key));
      return keys.filter((key) => {
        const slot = slotOf(key, folded);
        return marks.has(slot) && !present.has(key) && marks.get(slot) !== now.get(slot);
      });
    },
  };
}

function fold(facts: readonly Fact[], folded: boolean): Map<number, number> {
  const marks = new Map<number, number>();
  for (const { key, digest } of facts) {
    const slot = slotOf(key, folded);
    const mark = Number.parseInt(shortHash(`${key} ${digest}`), 16);
    marks.set(slot, ((marks.get(slot) ?? 0) ^ mark) >>> 0);
  }
  return marks;
}

function slotOf(key: string, folded: boolean): number {
  const hash = Number.parseInt(shortHash(key), 16);
  return folded ? hash % MAX_ENTRIES : hash;
}

function shortHash(source: string): string {
  return createHash("sha256").update(source).digest("hex").slice(0, 8);
}
