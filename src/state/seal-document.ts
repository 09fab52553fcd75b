import { CustomKindDeclarationSchema } from "../../gen/bedplate/design/v1/custom_kind_pb.js";
import type { SealedLiteral } from "../db/secret-store.ts";
import type { Document } from "../design/document.ts";
import type { FieldShape, KindSchema, MessageSchema } from "../design/kind-schema.ts";
import { speaksOfSecret } from "../design/secret-name.ts";
import type { SourceNode } from "../design/source-node.ts";
import { isTreeMap, type Tree, type TreeMap } from "../design/tree.ts";
import { suggest } from "../text/suggest.ts";

const HIDDEN = "<secret>";
const LONGEST_LITERAL = 4096;
const SHORTEST_BLANKED = 6;

/**
 * A document fit to be stored, the literals that were sealed, every text that was taken out of it (those and what was merely hidden), and the sealed
 * references it came with.
 */
export interface SealedDocument {
  readonly document: Document;
  readonly literals: readonly SealedLiteral[];
  readonly secretTexts: readonly string[];
  readonly foreignRefs: readonly string[];
}

/** Thrown for a literal that is longer than a secret may be. `field` is the path in the document. */
export class LiteralTooLong extends Error {
  override name = "LiteralTooLong";
  readonly field: string;

  constructor(field: string) {
    super(`${field} holds a secret of more than ${LONGEST_LITERAL} characters`);
    this.field = field;
  }
}

/**
 * Takes every secret out of a document before anything is kept of it. A literal becomes the reference `refOf` gives it. What stands where a secret belongs
 * but isn't one, or under an unknown field whose name speaks of a secret, becomes "<secret>": it stays as wrong as it was, without its value. Of a kind that
 * isn't known (yet) whatever has the form of a secret is one.
 */
export function sealDocument(
  document: Document,
  kind: KindSchema | undefined,
  refOf: (literal: string) => string,
): SealedDocument {
  const literals: SealedLiteral[] = [];
  const secretTexts: string[] = [];
  const foreignRefs: string[] = [];
  const walk: Walk = {
    seal(literal, path) {
      if (literal.length > LONGEST_LITERAL) throw new LiteralTooLong(path);
      const ref = refOf(literal);
      literals.push({ ref, literal });
      secretTexts.push(literal);
      return ref;
    },
    hide({ tree, source }) {
      collectTexts(tree, secretTexts);
      return { tree: HIDDEN, source: bare(source) };
    },
    found: (ref) => foreignRefs.push(ref),
  };
  const at = { tree: document.spec, source: document.source };
  const { tree, source } = kind === undefined ? sealUnknown(at, "", walk) : sealMessage(at, kind.message, "", walk);
  return { document: { ...document, spec: tree, source }, literals, secretTexts, foreignRefs };
}

/** Takes secrets out of texts. Very short ones stay: they would be found in every word. */
export function createBlanker(secretTexts: readonly string[]): (text: string) => string {
  const found = [...new Set(secretTexts)].filter((text) => text.length >= SHORTEST_BLANKED);
  if (found.length === 0) return (text) => text;
  // The longest first, so that none is taken for the beginning of another.
  const pattern = new RegExp(
    found
      .sort((a, b) => b.length - a.length)
      .map(RegExp.escape)
      .join("|"),
    "gu",
  );
  return (text) => text.replace(pattern, HIDDEN);
}

function collectTexts(tree: Tree, texts: string[]): void {
  if (typeof tree === "string") texts.push(tree);
  else if (typeof tree === "object" && tree !== null) for (const each of Object.values(tree)) collectTexts(each, texts);
}

interface Walk {
  seal(literal: string, path: string): string;
  hide(at: Placed<Tree>): Placed<Tree>;
  found(ref: string): void;
}

interface Placed<T extends Tree> {
  readonly tree: T;
  readonly source: SourceNode;
}

function sealMessage(at: Placed<TreeMap>, schema: MessageSchema, path: string, walk: Walk): Placed<TreeMap> {
  if (schema.hasSecret && schema.fields.has("ref")) return sealSecret(at, path, walk);
  return eachEntry(at, (name, child) => {
    const field = schema.fields.get(name.replace(/^!/, ""));
    const childPath = path === "" ? name : `${path}.${name}`;
    // What declares a kind names fields and holds no values, though a field's name may speak of secrets.
    if (field?.shape.type === "any" && schema.name === CustomKindDeclarationSchema.name) return child;
    if (field === undefined) return maySpeakOfSecret(name, schema) ? walk.hide(child) : hideInside(child, walk);
    return sealField(child, field.shape, childPath, walk);
  });
}

/** Whether a field no schema has is named like a secret, or like a misspelt field that holds one. */
function maySpeakOfSecret(name: string, schema: MessageSchema): boolean {
  if (speaksOfSecret(name)) return true;
  const secrets = [...schema.fields.values()].filter(
    ({ shape }) => shape.type === "message" && shape.message.hasSecret,
  );
  return (
    suggest(
      name.replace(/^!/, ""),
      secrets.map((field) => field.name),
    ) !== undefined
  );
}

function sealField(at: Placed<Tree>, shape: FieldShape, path: string, walk: Walk): Placed<Tree> {
  const { tree, source } = at;
  // The names in a map are its author's own: whatever they are, the values are what the item needs.
  if (shape.type === "map" && isTreeMap(tree))
    return eachEntry({ tree, source }, (_, child) => hideInside(child, walk));
  if (shape.type === "any" || shape.type === "scalar" || shape.type === "map" || shape.type === "strings") {
    return hideInside(at, walk);
  }
  if (shape.type === "message") {
    if (isTreeMap(tree)) return sealMessage({ tree, source }, shape.message, path, walk);
    // A removal marker is no secret.
    const holdsSecret = shape.message.hasSecret && tree !== "!" && tree !== -1;
    return holdsSecret ? walk.hide(at) : hideInside(at, walk);
  }
  if (!Array.isArray(tree)) return hideInside(at, walk);
  return eachMember({ tree, source }, (member, index) =>
    isTreeMap(member.tree)
      ? sealMessage({ tree: member.tree, source: member.source }, shape.message, `${path}[${index}]`, walk)
      : member,
  );
}

/** One record of the contract's Secret. */
function sealSecret(at: Placed<TreeMap>, path: string, walk: Walk): Placed<TreeMap> {
  const { literal, ref } = at.tree;
  const alone = Object.keys(at.tree).length === 1;
  if (alone && (typeof literal === "string" || typeof literal === "number" || typeof literal === "boolean")) {
    const place = at.source.fields?.literal ?? bare(at.source);
    const sealed = walk.seal(String(literal), `${path}.literal`);
    return { tree: { ref: sealed }, source: { ...at.source, fields: { ref: place } } };
  }
  if (typeof ref === "string" && ref.startsWith("sealed:")) walk.found(ref);
  return eachEntry(at, (name, child) => (name === "ref" || child.tree === null ? child : walk.hide(child)));
}

/** For items whose kind is not known: a secret is told by its form, `{literal: …}` or `{ref: …}`, or by the name it stands under. */
function sealUnknown(at: Placed<TreeMap>, path: string, walk: Walk): Placed<TreeMap> {
  return eachEntry(at, (name, child) => sealUnknownPart(child, path === "" ? name : `${path}.${name}`, name, walk));
}

function sealUnknownPart(at: Placed<Tree>, path: string, name: string, walk: Walk): Placed<Tree> {
  const { tree, source } = at;
  if (isTreeMap(tree)) {
    const [only, ...others] = Object.keys(tree);
    if (others.length === 0 && (only === "literal" || only === "ref")) return sealSecret({ tree, source }, path, walk);
  }
  if (speaksOfSecret(name)) return walk.hide(at);
  if (isTreeMap(tree)) return sealUnknown({ tree, source }, path, walk);
  if (!Array.isArray(tree)) return at;
  return eachMember({ tree, source }, (member, index) => sealUnknownPart(member, `${path}[${index}]`, "", walk));
}

function hideNamed(at: Placed<TreeMap>, walk: Walk): Placed<TreeMap> {
  return eachEntry(at, (name, child) => (speaksOfSecret(name) ? walk.hide(child) : hideInside(child, walk)));
}

/** For what no schema describes: the names alone tell what may be a secret. */
function hideInside(at: Placed<Tree>, walk: Walk): Placed<Tree> {
  const { tree, source } = at;
  if (Array.isArray(tree)) return eachMember({ tree, source }, (member) => hideInside(member, walk));
  return isTreeMap(tree) ? hideNamed({ tree, source }, walk) : at;
}

function eachEntry(at: Placed<TreeMap>, change: (name: string, child: Placed<Tree>) => Placed<Tree>): Placed<TreeMap> {
  let tree: Record<string, Tree> | undefined;
  let fields: Record<string, SourceNode> | undefined;
  for (const [name, value] of Object.entries(at.tree)) {
    const child = { tree: value, source: at.source.fields?.[name] ?? bare(at.source) };
    const changed = change(name, child);
    if (changed === child || changed.tree === value) continue;
    tree ??= copyOf(at.tree);
    tree[name] = changed.tree;
    if (at.source.fields?.[name] === undefined) continue;
    fields ??= copyOf(at.source.fields);
    fields[name] = changed.source;
  }
  if (tree === undefined) return at;
  return { tree, source: fields === undefined ? at.source : { ...at.source, fields } };
}

function eachMember(
  at: Placed<readonly Tree[]>,
  change: (member: Placed<Tree>, index: number) => Placed<Tree>,
): Placed<readonly Tree[]> {
  const before = at.tree.map((tree, index) => ({ tree, source: at.source.items?.[index] ?? bare(at.source) }));
  const after = before.map(change);
  if (after.every((member, index) => member.tree === before[index]?.tree)) return at;
  const tree = after.map((member) => member.tree);
  return { tree, source: at.source.items ? { ...at.source, items: after.map((member) => member.source) } : at.source };
}

function bare({ line, column, uri, keyLine, keyColumn }: SourceNode): SourceNode {
  return {
    line,
    column,
    ...(uri !== undefined && { uri }),
    ...(keyLine !== undefined && { keyLine }),
    ...(keyColumn !== undefined && { keyColumn }),
  };
}

function copyOf<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.assign(Object.create(null), record);
}
