import { answeredList, type Json, number, object, objects, text, texts } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { contentDigest } from "./script-metadata.ts";

/** A script of a MAAS; words are those of the contract. */
export interface Script {
  readonly name: string;
  /** Whether MAAS came with it. */
  readonly isBuiltIn: boolean;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly hardwareType: string;
  readonly parallel: string;
  /** Seconds; 0 for none. */
  readonly timeout: number;
  readonly destructive: boolean;
  readonly mayReboot: boolean;
  readonly recommission: boolean;
  readonly forHardware: readonly string[];
  /** Debian packages. */
  readonly packages: readonly string[];
  /** Newest text; undefined when MAAS doesn't tell it. */
  readonly content: string | undefined;
  /** SHA-256 of that text, lower-case hex, as the comment of its revision tells it where the text isn't told; empty when nobody does. */
  readonly digest: string;
}

/** MAAS's numbers and their words. */
const TYPES: Readonly<Record<string, string>> = { 0: "commissioning", 2: "testing", 3: "release" };
const HARDWARE_TYPES: Readonly<Record<string, string>> = {
  ...{ 0: "node", 1: "cpu", 2: "memory", 3: "storage", 4: "network", 5: "gpu" },
};
const PARALLEL: Readonly<Record<string, string>> = { 0: "disabled", 1: "instance", 2: "any" };
const MAX_LIST_BYTES = 128 * 1024 * 1024;

/** Reads the scripts of a MAAS with their texts. */
export async function readScripts(client: MaasClient): Promise<Script[]> {
  const path = "scripts/";
  const answer = await client.get({ path, query: [["include_script", "true"]], maxBytes: MAX_LIST_BYTES });
  return answeredList(answer, path, client.target.instance).map(readScript);
}

/** A script as an answer of MAAS has it. */
export function readScript(script: Json): Script {
  const newest = newestOf(objects(script.history));
  const content = textOf(newest);
  const apt = object(script.packages).apt;
  return {
    name: text(script.name),
    isBuiltIn: script.default === true,
    type: wordOf(script.type, TYPES),
    title: text(script.title),
    description: text(script.description),
    tags: texts(script.tags),
    hardwareType: wordOf(script.hardware_type, HARDWARE_TYPES),
    parallel: wordOf(script.parallel, PARALLEL),
    timeout: seconds(script.timeout),
    destructive: script.destructive === true,
    mayReboot: script.may_reboot === true,
    recommission: script.recommission === true,
    forHardware: texts(script.for_hardware),
    packages: typeof apt === "string" ? [apt] : texts(apt),
    content,
    digest: content === undefined ? digestIn(text(newest?.comment)) : contentDigest(content),
  };
}

function wordOf(value: unknown, words: Readonly<Record<string, string>>): string {
  const said = text(value);
  return words[said] ?? said.toLowerCase();
}

/** Seconds of a duration as Python writes it, such as "0:05:00" or "1 day, 0:00:00"; 0 for what is none. */
export function seconds(value: unknown): number {
  const said = text(value).trim();
  if (/^\d+(?:\.\d+)?$/.test(said)) return Math.round(Number(said));
  const parts = /^(?:(\d+) days?,?\s*)?(\d+):(\d{2}):(\d{2})(?:\.\d+)?$/.exec(said);
  if (parts === null) return 0;
  const [days, hours, minutes, rest] = parts.slice(1).map((part) => Number(part ?? 0));
  return (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (rest ?? 0);
}

function newestOf(history: readonly Json[]): Json | undefined {
  return history.reduce<Json | undefined>(
    (best, version) => (best === undefined || number(version.id) > number(best.id) ? version : best),
    undefined,
  );
}

function textOf(revision: Json | undefined): string | undefined {
  return typeof revision?.data === "string" ? Buffer.from(revision.data, "base64").toString("utf8") : undefined;
}

function digestIn(comment: string): string {
  return /\bsha256:([0-9a-f]{64})\b/.exec(comment)?.[1] ?? "";
}
