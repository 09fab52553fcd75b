import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { FormField } from "../client/request.ts";
import type { Machine } from "./machine.ts";

/** Annotation that lists the tags Bedplate put on a machine; long lists go on in the same name with "_2" and so on. */
export const TAGS_MARK = "bedplate_tags";
/** Annotation that lists the keys of owner data Bedplate set on a machine. */
export const DATA_MARK = "bedplate_owner_data";
/** Annotation that says that Bedplate locked a machine. */
export const LOCK_MARK = "bedplate_locked";

/** What Bedplate itself set on a machine, by the machine's own word: what the design drops is taken back, what others set stays. */
export interface Marks {
  readonly tags: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
  readonly locked: boolean;
}

// Far below the 4096 bytes an annotation may have, however its characters are written.
const LONGEST = 3000;

/** Reads what Bedplate set on a machine. */
export function readMarks({ annotations }: Machine): Marks {
  return {
    tags: new Set(listOf(annotations, TAGS_MARK)),
    keys: new Set(listOf(annotations, DATA_MARK)),
    locked: annotations[LOCK_MARK] === "true",
  };
}

/**
 * The annotations about what Bedplate set that differ from what they must be before the machine is brought to its specification: they name what will be set, and what is still to be
 * taken back. An empty value removes one.
 */
export function planMarks(machine: Machine, spec: Pick<ServerSpec, "tags" | "ownerData" | "locked">): FormField[] {
  const marks = readMarks(machine);
  const { annotations } = machine;
  const tags = [
    ...[...marks.tags].filter((tag) => spec.tags.includes(tag) || machine.tags.includes(tag)),
    ...spec.tags.filter((tag) => !machine.tags.includes(tag)),
  ];
  const keys = [
    ...[...marks.keys].filter((key) => key in spec.ownerData || key in annotations),
    ...Object.entries(spec.ownerData).flatMap(([key, value]) => ((annotations[key] ?? "") === value ? [] : [key])),
  ];
  const keepsLock = spec.locked === true ? marks.locked || !machine.locked : marks.locked && machine.locked;
  const wanted = new Map([...written(TAGS_MARK, tags), ...written(DATA_MARK, keys)]);
  if (keepsLock) wanted.set(LOCK_MARK, "true");
  const now = Object.keys(annotations).filter((name) => isMark(name));
  return [...new Set([...now, ...wanted.keys()])]
    .sort()
    .map((name): FormField => [name, wanted.get(name) ?? ""])
    .filter(([name, value]) => (annotations[name] ?? "") !== value);
}

/** Whether an annotation is one of those about what Bedplate set. */
export function isMark(name: string): boolean {
  return name === LOCK_MARK || /^bedplate_(tags|owner_data)(_\d+)?$/.test(name);
}

function written(mark: string, names: readonly string[]): Map<string, string> {
  const parts: string[] = [];
  for (const name of [...new Set(names)].sort()) {
    const word = encodeURIComponent(name);
    const last = parts.at(-1);
    if (last === undefined || last.length + word.length >= LONGEST) parts.push(word);
    else parts[parts.length - 1] = `${last},${word}`;
  }
  return new Map(parts.map((part, index) => [index === 0 ? mark : `${mark}_${index + 1}`, part]));
}

function listOf(annotations: Machine["annotations"], mark: string): string[] {
  return Object.entries(annotations)
    .filter(([name]) => name === mark || (name.startsWith(`${mark}_`) && /^\d+$/.test(name.slice(mark.length + 1))))
    .flatMap(([, value]) => value.split(","))
    .filter((word) => word !== "")
    .map(decode);
}

/** Somebody may have written anything. */
function decode(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
