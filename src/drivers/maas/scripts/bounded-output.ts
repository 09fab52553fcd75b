import { createHash } from "node:crypto";

/** Most bytes of one output that are passed on. */
export const OUTPUT_MAX_BYTES = 1024 * 1024;

/** An output as it is passed on. */
export interface BoundedOutput {
  /** SHA-256 of all of it, lower-case hex; empty when nothing was printed. */
  readonly digest: string;
  /** Its first 1 MiB as text: what is no UTF-8 is replaced, what no database takes left out. */
  readonly text: string;
  readonly isTruncated: boolean;
}

/** Bounds what a script printed, which `clean` has seen. The digest is of what is passed on, were it not cut. */
export function boundedOutput(bytes: Buffer, clean: (text: string) => string): BoundedOutput {
  if (bytes.length === 0) return { digest: "", text: "", isTruncated: false };
  const whole = Buffer.from(clean(bytes.toString("utf8")).replaceAll("\0", ""), "utf8");
  const digest = createHash("sha256").update(whole).digest("hex");
  if (whole.length <= OUTPUT_MAX_BYTES) return { digest, text: whole.toString("utf8"), isTruncated: false };
  // A character that is cut in two isn't decoded.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole.subarray(0, OUTPUT_MAX_BYTES), {
    stream: true,
  });
  return { digest, text, isTruncated: true };
}
