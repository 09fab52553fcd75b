import { createHash } from "node:crypto";
import { load } from "js-yaml";

/** The metadata block of a script's text. */
export interface MetadataBlock {
  /** What it says, by MAAS's names. */
  readonly keys: Readonly<Record<string, unknown>>;
  /** The line that ends it, counted from 0; undefined when there is no block. */
  readonly endLine: number | undefined;
  /** What stands before the first key on its line, such as "# ". */
  readonly prefix: string;
}

const MARK = /^\s*#\s*-+\s*(?:start|end) maas (\d+\.\d+) script metadata\s+-+/i;

/** Reads the block of metadata in the comments of a script. Throws an error whose message says what is wrong with it. */
export function readMetadata(content: string): MetadataBlock {
  const lines = linesOf(content);
  const start = lines.findIndex((line, index) => index > 0 && MARK.exec(line)?.[1] === "1.0");
  if (start < 0) return { keys: {}, endLine: undefined, prefix: "# " };
  const length = lines.slice(start + 1).findIndex((line) => MARK.exec(line)?.[1] === "1.0");
  const endLine = length < 0 ? lines.length : start + 1 + length;
  const block = lines.slice(start + 1, endLine).filter((line) => line.trim() !== "");
  const bare = block.find((line) => !line.includes("#"));
  if (bare !== undefined) throw new Error(`its line "${bare.trim().slice(0, 60)}" is no comment`);
  const first = block.find((line) => /^[^#]*#\s*[\w-]+\s*:/.test(line));
  const prefix = /^[^#]*#\s*/.exec(first ?? "# ")?.[0] ?? "# ";
  const value = parse(block.map((line) => line.slice(line.indexOf("#") + 1)).join("\n"));
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  return { keys: isMapping ? { ...value } : {}, endLine, prefix };
}

function parse(source: string): unknown {
  try {
    return load(source);
  } catch (cause) {
    throw new Error(cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "unreadable", { cause });
  }
}

/** The text with a line more in its block of metadata, or with a block of that line alone after its first line. */
export function withMetadataLine(content: string, { endLine, prefix }: MetadataBlock, line: string): string {
  const lines = linesOf(content);
  if (endLine !== undefined) return lines.toSpliced(endLine, 0, `${prefix}${line}`).join("\n");
  const block = ["# --- Start MAAS 1.0 script metadata ---", `# ${line}`, "# --- End MAAS 1.0 script metadata ---"];
  return lines.toSpliced(1, 0, ...block).join("\n");
}

/** SHA-256 of a script's text with the line ends MAAS keeps, lower-case hex. */
export function contentDigest(content: string): string {
  return createHash("sha256").update(linesOf(content).join("\n")).digest("hex");
}

function linesOf(content: string): string[] {
  return content.replaceAll("\r\n", "\n").split("\n");
}
