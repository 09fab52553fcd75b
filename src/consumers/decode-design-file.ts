import type { Diagnostic, SourceLocation } from "../design/diagnostic.ts";

/** A file as text; undefined when it is none. */
export interface DecodedFile {
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The text of a file. A byte that is no UTF-8 is reported at its place, and stands as a replacement character in the text, so that what is around it is
 * still read; of a file with NUL bytes nothing is.
 */
export function decodeDesignFile(uri: string, bytes: Uint8Array): DecodedFile {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), diagnostics: [] };
  } catch {
    if (bytes.includes(0)) {
      const message = "found binary data, expected UTF-8 text";
      return { text: undefined, diagnostics: [problem("not-text", message, { uri, line: 1, column: 1 })] };
    }
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const before = text.slice(0, text.indexOf("\uFFFD")).split("\n");
    const place = { uri, line: before.length, column: [...(before.at(-1) ?? "")].length + 1 };
    return { text, diagnostics: [problem("not-utf8", "found a byte that is no UTF-8", place)] };
  }
}

function problem(rule: string, message: string, location: SourceLocation): Diagnostic {
  const hint = "give a YAML file; save other encodings as UTF-8";
  return { rule, severity: "error", message, hint, location, related: [] };
}
