import { createRequire } from "node:module";

/** What is wrong with a template, and where: lines and columns of its text, from 1. */
export interface TemplateFault {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  /** It is fine for Jinja2, whose language is a little larger. */
  readonly isOfJinja: boolean;
}

/** A template, read. */
export interface ParsedTemplate {
  readonly fault?: TemplateFault;
  /** Chains of names it looks up, such as ["node", "network", "mgmt", "ip"], each once. */
  readonly lookups: readonly (readonly string[])[];
}

/** The part of nunjucks that reads templates. */
interface TemplateParser {
  parse(text: string, extensions: readonly unknown[], options: object): unknown;
}

let parser: TemplateParser | undefined;

/** Reads a template of the Jinja2 kind; never throws. */
export function parseTemplate(text: string): ParsedTemplate {
  if (!/\{[{%#]/.test(text)) return { lookups: [] };
  // Few designs have templates, and every command starts with what it loads.
  parser ??= createRequire(import.meta.url)("nunjucks/src/parser.js") as TemplateParser;
  try {
    // A plus sign beside the bracket keeps blanks, which are kept anyhow.
    const root = parser.parse(text.replaceAll("{%+", "{% ").replaceAll("+%}", " %}"), [], {});
    // What follows a raw without its end is left out without a word.
    const [raw = -1, end = -1] = [/\{%-?\s*raw\s*-?%\}/g, /\{%-?\s*endraw\s*-?%\}/g].map((tag) => lastOf(tag, text));
    if (raw > end) return { fault: { message: "expected endraw, got end of file", isOfJinja: false }, lookups: [] };
    return { lookups: lookupsOf(root) };
  } catch (error) {
    return { fault: faultOf(error, text), lookups: [] };
  }
}

function lastOf(tag: RegExp, text: string): number {
  let last = -1;
  for (const { index } of text.matchAll(tag)) last = index;
  return last;
}

/** Statements and forms of Jinja2 that nunjucks hasn't got. */
const jinjaTags =
  /unknown block tag: (?:do|with|endwith|autoescape|endautoescape|trans|endtrans|pluralize|break|continue|debug)$/;
const jinjaForms: readonly RegExp[] = [
  /\[[^\][]*:[^\][]*\]/,
  /\brecursive\b/,
  /\bis\s+(?:not\s+)?\w+\s+["'\w]/,
  /[(,]\s*\*{1,2}\w/,
  /\w\.\d/,
  /(["'])[^"']*\1\s+["']/,
  /\bset\s+\w+\s*,/,
  /\brequired\b/,
];

function faultOf(error: unknown, text: string): TemplateFault {
  const { message, line, column } = describe(error);
  const tag = line === undefined || column === undefined ? "" : tagAt(text, line, column);
  return {
    message,
    ...(line !== undefined && column !== undefined && { line, column }),
    isOfJinja: jinjaTags.test(message) || jinjaForms.some((form) => form.test(tag)),
  };
}

function describe(error: unknown): { readonly message: string; readonly line?: number; readonly column?: number } {
  if (error instanceof RangeError) return { message: "it is nested too deep" };
  const raw = typeof error === "object" && error !== null && "message" in error ? String(error.message) : "";
  // At its end the parser has no token to speak of.
  if (/properties of (?:null|undefined)/.test(raw)) return { message: "it ends within a tag" };
  const message = (raw.trim().split("\n").at(-1) ?? "")
    .trim()
    .replace(/^parse\w+: /, "")
    .slice(0, 200);
  const [line, column] = ["lineno", "colno"].map((key) => {
    const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, key) : undefined;
    return typeof value === "number" ? value : undefined;
  });
  if (line === undefined || column === undefined) return { message };
  return { message, line, column };
}

/** The tag around a place: from the bracket before it to the one behind. */
function tagAt(text: string, line: number, column: number): string {
  const lines = text.split("\n");
  const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  const start = Math.max(text.lastIndexOf("{{", at), text.lastIndexOf("{%", at), 0);
  const ends = [text.indexOf("}}", start), text.indexOf("%}", start)].filter((end) => end >= 0);
  return text.slice(start, Math.min(start + 500, ...ends));
}

/** Nodes of a parsed template, as far as they are looked at. */
interface TemplateNode {
  readonly typename: string;
  readonly fields: readonly string[];
  readonly [field: string]: unknown;
}

function isNode(value: unknown): value is TemplateNode {
  return typeof value === "object" && value !== null && "typename" in value && "fields" in value;
}

function lookupsOf(root: unknown): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
      return;
    }
    if (!isNode(value)) return;
    const chain = chainOf(value);
    if (chain !== undefined) {
      found.set(chain.join("."), chain);
      return;
    }
    for (const field of value.fields) visit(value[field]);
  };
  visit(root);
  return [...found.values()];
}

/** The names of a chain such as `node.network.mgmt`, up to the first that is computed; undefined for anything else. */
function chainOf(node: TemplateNode): readonly string[] | undefined {
  if (node.typename === "Symbol") return [String(node.value)];
  if (node.typename !== "LookupVal" || !isNode(node.target) || !isNode(node.val)) return undefined;
  const { typename, value } = node.val;
  const chain = chainOf(node.target);
  if (chain === undefined || typename !== "Literal" || typeof value !== "string") return undefined;
  return [...chain, value];
}
