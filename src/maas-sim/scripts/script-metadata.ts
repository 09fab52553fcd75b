import { loadAll } from "js-yaml";

/** The metadata block of a script: what is written there wins over the request's parameters. */
export type ScriptMetadata = Readonly<Record<string, unknown>>;

const BLOCK = /# --- Start MAAS 1\.0 script metadata ---\n([\s\S]*?)# --- End MAAS 1\.0 script metadata ---/;

/**
 * Reads the YAML between a script's metadata marks, which sits in comments; nothing when there are no marks. Throws an
 * error whose message says what is wrong.
 */
export function scriptMetadata(source: string): ScriptMetadata {
  const block = BLOCK.exec(source.replaceAll("\r\n", "\n"))?.[1];
  if (block === undefined) return {};
  const value: unknown = loadAll(block.replaceAll(/^# ?/gm, ""))[0];
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new Error("the metadata is not a mapping");
  return Object.fromEntries(Object.entries(value));
}
