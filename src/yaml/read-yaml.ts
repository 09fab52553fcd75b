import type { Diagnostic } from "../design/diagnostic.ts";
import { buildTree } from "./build-tree.ts";
import { explainSyntaxFault } from "./explain-syntax-fault.ts";
import { DEFAULT_YAML_LIMITS, LimitExceeded, tooDeep, type YamlLimits } from "./limits.ts";
import { type LineTable, lineTable } from "./line-table.ts";
import type { YamlDocument } from "./node.ts";
import { isTooDeep, parsePart, type ReparseBudget } from "./parse-part.ts";
import { type ProblemList, problemList } from "./problem-list.ts";
import { type DocumentPart, splitDocuments } from "./split-documents.ts";

/** A text and where it comes from; `uri` is repeated in every location. */
export interface YamlSource {
  readonly uri: string;
  readonly text: string;
}

/** The documents of a file, sound ones and what is left of broken ones, and every problem in it by line. */
export interface YamlReading {
  readonly documents: YamlDocument[];
  readonly diagnostics: Diagnostic[];
}

type ReadPart = Pick<YamlDocument, "root" | "position" | "complete">;

/** The parser counts up to two levels more than there are, so it only guards its own stack; the tree is exact. */
const PARSER_DEPTH = 2;

/** UTF-16 units that may be parsed again in the search for where errors begin: about a second's work. */
const REPARSED_AT_LEAST = 24 * 1024 * 1024;

/** Reads a YAML file of any number of documents. Never throws; what can't be read is a diagnostic. */
export function readYaml(source: YamlSource, limits: Partial<YamlLimits> = {}): YamlReading {
  const documents: YamlDocument[] = [];
  const diagnostics = readYamlDocuments(source, limits, (document) => documents.push(document));
  return { documents, diagnostics };
}

/** The same, handing over each document as soon as it is read, so that a large file is never held whole; answers with every problem by line. */
export function readYamlDocuments(
  source: YamlSource,
  limits: Partial<YamlLimits>,
  take: (document: YamlDocument) => void,
): Diagnostic[] {
  const bounds = { ...DEFAULT_YAML_LIMITS, ...limits };
  const { uri, text } = source;
  if (isLonger(text, bounds.bytes)) {
    const problems = problemList(uri, lineTable(""), bounds.diagnostics);
    problems.add({
      rule: "yaml-limit",
      offset: 0,
      message: `found a file of more than ${bounds.bytes} bytes, expected at most ${bounds.bytes}`,
      hint: "split the file",
    });
    return problems.diagnostics();
  }
  const lines = lineTable(text);
  const problems = problemList(uri, lines, bounds.diagnostics);
  const binary = binaryOffset(text);
  if (binary !== undefined) {
    problems.add({
      rule: "not-text",
      offset: binary,
      message: "found binary data, expected UTF-8 text",
      hint: "give a YAML file; if it is text in another encoding such as UTF-16, save it as UTF-8",
    });
    return problems.diagnostics();
  }
  readDocuments(text, lines, bounds, problems, take);
  return problems.diagnostics();
}

function readDocuments(
  text: string,
  lines: LineTable,
  limits: YamlLimits,
  problems: ProblemList,
  take: (document: YamlDocument) => void,
): void {
  let count = 0;
  const visited = { count: 0, length: 0 };
  const budget: ReparseBudget = { remaining: REPARSED_AT_LEAST + text.length };
  try {
    for (const part of splitDocuments(text, lines.starts)) {
      if (count >= limits.documents) {
        throw new LimitExceeded(`found more than ${limits.documents} documents, expected at most ${limits.documents}`, {
          offset: part.start,
          hint: "split the file",
          wholeFile: true,
        });
      }
      const partText = text.slice(part.start, part.end);
      const common = { index: count++, text: partText, firstLine: lines.lineIndex(part.start) + 1 };
      let refused: LimitExceeded | undefined;
      let read: ReadPart;
      try {
        read = readPart(partText, part);
      } catch (error) {
        if (!(error instanceof LimitExceeded)) throw error;
        refused = error;
        read = { position: lines.locate(part.start), root: null, complete: false };
      }
      take({ ...common, ...read });
      if (refused?.wholeFile) throw refused;
      if (refused !== undefined) addLimit(refused);
    }
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
    addLimit(error);
  }

  function readPart(partText: string, part: DocumentPart): ReadPart {
    const base = part.start;
    const { events, fault } = parsePart(partText, limits.depth + PARSER_DEPTH, budget);
    const cutShort = fault !== undefined;
    if (fault !== undefined && isTooDeep(fault.reason)) throw tooDeep(limits, base + fault.offset);
    if (fault !== undefined) {
      const lineOf = (offset: number) => lines.lineIndex(base + offset) + 1;
      const { offset, found, expected, hint, related = [] } = explainSyntaxFault(partText, fault, events, lineOf);
      problems.add({
        rule: "yaml-syntax",
        offset: base + offset,
        message: `found ${found}, expected ${expected}`,
        hint,
        related: related.map(({ message, at }) => ({ message, at: base + at })),
      });
    }
    const root = buildTree({ text: partText, base, events, cutShort, lines, limits, problems, visited });
    return { root, position: root?.position ?? lines.locate(base), complete: !cutShort };
  }

  function addLimit(error: LimitExceeded): void {
    problems.add({ rule: "yaml-limit", offset: error.offset, message: error.message, hint: error.hint });
  }
}

function isLonger(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

/** Where a text shows that it is none: at a NUL, or where its beginning is full of control characters. */
function binaryOffset(text: string): number | undefined {
  const nul = text.indexOf("\0");
  if (nul !== -1) return nul;
  const odd = [...text.slice(0, 4096).matchAll(/[\p{Cc}\ufffd]/gu)].filter(([char]) => char.trim() !== "");
  return odd.length > 8 && odd.length * 16 > Math.min(text.length, 4096) ? odd[0]?.index : undefined;
}
