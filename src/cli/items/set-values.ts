import { UnknownPathError } from "../../design/explanation.ts";
import { FieldPathError, parseFieldPath } from "../../design/field-path.ts";
import type { FieldShape, KindSchema } from "../../design/kind-schema.ts";
import { followPath } from "../../design/schema-path.ts";
import { isTreeMap, type Tree, type TreeMap } from "../../design/tree.ts";
import { nodeToPlain } from "../../yaml/node-to-plain.ts";
import { readYaml } from "../../yaml/read-yaml.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { pair } from "../key-value.ts";

/** Fields of a declaration to set: their paths, and a spec that says what they shall be. */
export interface SetValues {
  readonly fields: readonly string[];
  readonly spec: TreeMap;
}

/**
 * Reads `--set PATH=VALUE` and `--unset PATH`. A value is YAML: a single value, `[a, b]` or `{a: b}`; numbers and truth values stay as they were written where that isn't
 * how JSON writes them, so that a text field gets `1.10`. Throws a `CliError` for a path the kind doesn't have and for a value that can't be read.
 */
export function setValues(schema: KindSchema, set: readonly string[], unset: readonly string[]): SetValues {
  let spec: TreeMap = {};
  const fields: string[] = [];
  for (const text of set) {
    const [path, value] = split(text);
    const { trail, path: canonical } = follow(schema, path);
    const tree = withValue(spec, trail, { type: "message", message: schema.message }, readValue(value, text));
    if (!isTreeMap(tree)) throw new Error("a spec that is no record");
    spec = tree;
    fields.push(canonical);
  }
  for (const path of unset) fields.push(follow(schema, path).path);
  return { fields, spec };
}

/** At the first `=` that is outside of quotes: a key of a path may hold one. */
function split(text: string): [string, string] {
  const path = /^(?:[^"=]|"(?:[^"\\]|\\.)*")+(?==)/.exec(text)?.[0];
  return path === undefined ? pair(text, "--set") : [path, text.slice(path.length + 1)];
}

function follow(schema: KindSchema, path: string) {
  try {
    return followPath(parseFieldPath(path), schema, {});
  } catch (error) {
    if (error instanceof FieldPathError)
      throw new CliError(exitCode.usage, error.message, 'write paths like interfaces["bond0"].device_link');
    if (!(error instanceof UnknownPathError)) throw error;
    const hint = error.suggestion === undefined ? undefined : `did you mean ${error.suggestion}?`;
    throw new CliError(exitCode.usage, error.message, hint);
  }
}

function readValue(text: string, option: string): Tree {
  const { documents, diagnostics } = readYaml({ uri: "--set", text });
  const [fault] = diagnostics.filter(({ severity }) => severity === "error");
  if (fault !== undefined || documents.length > 1)
    throw new CliError(
      exitCode.usage,
      `--set ${option}: ${fault?.message ?? "found several documents"}`,
      "quote the value",
    );
  const root = documents[0]?.root;
  if (root === undefined || root === null) return "";
  return nodeToPlain(root, ({ value, text: written }) =>
    typeof value === "string" || value === null || String(value) === written ? value : written,
  ).tree;
}

/** A tree that says a value where a trail leads, beside what it says already. */
function withValue(at: Tree | undefined, trail: readonly (string | number)[], shape: FieldShape, value: Tree): Tree {
  const [step, ...rest] = trail;
  if (step === undefined) return value;
  const name = String(step);
  switch (shape.type) {
    case "message": {
      const inner = shape.message.fields.get(name)?.shape ?? { type: "any" };
      return { ...recordOf(at), [name]: withValue(partOf(at, name), rest, inner, value) };
    }
    case "map":
    case "any":
      return { ...recordOf(at), [name]: withValue(partOf(at, name), rest, { type: "any" }, value) };
    case "strings":
      return [...listOf(at), name];
    case "keyed": {
      const isOwn = (member: Tree) => isTreeMap(member) && member[shape.key] === name;
      const own = listOf(at).find(isOwn) ?? { [shape.key]: name };
      const inner: FieldShape = { type: "message", message: shape.message };
      const member = withValue(own, rest, inner, value);
      const named = rest.length === 0 && isTreeMap(member) ? { [shape.key]: name, ...member } : member;
      return [...listOf(at).filter((each) => !isOwn(each)), named];
    }
    default:
      throw new CliError(
        exitCode.usage,
        "members of a list without a key are not set one by one",
        "set the whole list",
      );
  }
}

function partOf(value: Tree | undefined, name: string): Tree | undefined {
  return isTreeMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function recordOf(value: Tree | undefined): TreeMap {
  return isTreeMap(value) ? value : {};
}

function listOf(value: Tree | undefined): readonly Tree[] {
  return Array.isArray(value) ? value : [];
}
