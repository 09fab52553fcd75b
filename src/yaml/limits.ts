/** What one file may hold. Beyond a limit the document, or the rest of the file, is refused with `yaml-limit`. */
export interface YamlLimits {
  /** Bytes of the file as UTF-8. */
  readonly bytes: number;
  /** Documents in the file. */
  readonly documents: number;
  /** Nodes within each other, aliases expanded; a lone scalar has depth 1. */
  readonly depth: number;
  /** Values of the whole file, aliases expanded. */
  readonly nodes: number;
  /** Aliases in one document. */
  readonly aliases: number;
  /** UTF-16 units of the keys and scalars of the whole file as written, aliases expanded; beyond it no alias is. */
  readonly expandedLength: number;
  /** UTF-16 units of a key as written. */
  readonly keyLength: number;
  /** UTF-16 units of a scalar as written. */
  readonly stringLength: number;
  /** Diagnostics of the whole file; what is beyond is counted, not listed. */
  readonly diagnostics: number;
}

/** The limits that hold where none are given. */
export const DEFAULT_YAML_LIMITS: YamlLimits = {
  bytes: 16 * 1024 * 1024,
  documents: 100_000,
  depth: 64,
  nodes: 2_000_000,
  aliases: 10_000,
  expandedLength: 32 * 1024 * 1024,
  keyLength: 1024,
  stringLength: 1024 * 1024,
  diagnostics: 1000,
};

/** Thrown inside the reader when a limit is passed; never leaves it. `offset` is where, in the file. */
export class LimitExceeded extends Error {
  readonly offset: number;
  readonly hint: string;
  /** True when the rest of the file is refused too, not only the document. */
  readonly wholeFile: boolean;

  constructor(message: string, options: { offset: number; hint: string; wholeFile: boolean }) {
    super(message);
    this.name = "LimitExceeded";
    this.offset = options.offset;
    this.hint = options.hint;
    this.wholeFile = options.wholeFile;
  }
}

/** The file has too many values. */
export function tooManyNodes({ nodes }: YamlLimits, offset: number): LimitExceeded {
  return new LimitExceeded(`found more than ${nodes} values with aliases expanded, expected at most ${nodes}`, {
    offset,
    hint: "use fewer aliases of large values, or split the file",
    wholeFile: true,
  });
}

/** The file has too much text. */
export function tooMuchText({ expandedLength }: YamlLimits, offset: number): LimitExceeded {
  const message = `found more than ${expandedLength} characters with aliases expanded, expected at most ${expandedLength}`;
  return new LimitExceeded(message, {
    offset,
    hint: "use fewer aliases of long texts, or split the file",
    wholeFile: true,
  });
}

/** The document's values are nested too deep. */
export function tooDeep({ depth }: YamlLimits, offset: number): LimitExceeded {
  return new LimitExceeded(`found values nested more than ${depth} levels deep, expected at most ${depth}`, {
    offset,
    hint: "flatten the document",
    wholeFile: false,
  });
}
