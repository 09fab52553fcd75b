import type { YamlMap, YamlNode } from "../../yaml/node.ts";
import { textOf, valueAt } from "../reading/map-draft.ts";
import { type EnvelopeFault, reportUnknownKeys, wrong } from "./envelope-faults.ts";
import { pythonValue } from "./python-value.ts";
import type { Destination, PlacedText, Substitution } from "./raw-document.ts";

const none: readonly never[] = [];
const sourceKeys: readonly string[] = ["schema", "name", "path", "pattern", "match_group", "deepcopy"];
const destinationKeys: readonly string[] = ["path", "pattern", "recurse"];
/** More is no design. */
const MOST_SUBSTITUTIONS = 10_000;

/** Reads `metadata.substitutions`; what is wrong goes to the faults, and the entry is left out. */
export function readSubstitutions(node: YamlNode | undefined, faults: EnvelopeFault[]): readonly Substitution[] {
  if (node === undefined) return none;
  if (node.kind !== "list") {
    faults.push(
      wrong(
        node.position,
        "found substitutions that are no list, expected a list of {src, dest}",
        "write - src: and dest: below, or remove substitutions:",
      ),
    );
    return none;
  }
  if (node.items.length > MOST_SUBSTITUTIONS) {
    faults.push(
      wrong(node.position, `found more than ${MOST_SUBSTITUTIONS} substitutions`, "substitute larger parts at once"),
    );
    return none;
  }
  return node.items.flatMap((item) => readSubstitution(item, faults)).filter((each) => !isRedacted(each));
}

/** Whether paths are blotted out: what comes from encrypted sources is, once it is rendered, and then it is in place already. */
function isRedacted({ path, destinations }: Substitution): boolean {
  const isSum = (text: string) => /^[0-9a-f]{64}$/.test(text);
  return isSum(path.text) || destinations.some((each) => isSum(each.path.text));
}

function readSubstitution(item: YamlNode, faults: EnvelopeFault[]): readonly Substitution[] {
  const src = item.kind === "map" ? valueAt(item, "src") : undefined;
  const dest = item.kind === "map" ? valueAt(item, "dest") : undefined;
  if (item.kind !== "map" || src?.kind !== "map" || dest === undefined) {
    faults.push(
      wrong(
        item.position,
        "found a substitution without src or dest",
        "write src: {schema, name, path} and dest: {path}",
      ),
    );
    return none;
  }
  reportUnknownKeys(item, ["src", "dest"], "a substitution", faults);
  reportUnknownKeys(src, sourceKeys, "src", faults);
  const schema = placed(src, "schema");
  const name = placed(src, "name");
  const path = placed(src, "path");
  const missing =
    schema === undefined ? "schema" : name === undefined ? "name" : path === undefined ? "path" : undefined;
  if (schema === undefined || name === undefined || path === undefined) {
    faults.push(wrong(src.position, `found a source without ${missing}`, "a source has schema, name and path"));
    return none;
  }
  const destinations =
    dest.kind === "list" ? dest.items.flatMap((one) => readDestination(one, faults)) : readDestination(dest, faults);
  if (dest.kind === "list" && dest.items.length === 0) {
    faults.push(wrong(dest.position, "found no destination, expected at least one", "write dest: {path: .a.b}"));
  }
  const pattern = placed(src, "pattern");
  const group = readNumber(valueAt(src, "match_group"), 0, "match_group", faults);
  if (group === undefined || destinations.length === 0) return none;
  return [
    {
      at: item.position,
      schema: schema.text,
      name: name.text,
      sourceAt: name.at,
      path,
      ...(pattern !== undefined && { pattern }),
      group,
      destinations,
    },
  ];
}

function readDestination(node: YamlNode, faults: EnvelopeFault[]): readonly Destination[] {
  const path = node.kind === "map" ? placed(node, "path") : undefined;
  if (node.kind !== "map" || path === undefined) {
    faults.push(wrong(node.position, "found a destination without a path", "write dest: {path: .a.b}"));
    return none;
  }
  reportUnknownKeys(node, destinationKeys, "dest", faults);
  const pattern = placed(node, "pattern");
  const recurse = valueAt(node, "recurse");
  if (recurse === undefined) return [{ path, ...(pattern !== undefined && { pattern }) }];
  const depth = recurse.kind === "map" ? readNumber(valueAt(recurse, "depth"), undefined, "depth", faults) : undefined;
  if (depth === undefined || depth < -1 || pattern === undefined) {
    const expected = pattern === undefined ? "a pattern beside it" : "{depth: N}, where -1 is without end";
    faults.push(
      wrong(recurse.position, `found recurse, expected ${expected}`, "write recurse: {depth: -1} beside a pattern"),
    );
    return none;
  }
  return [{ path, pattern, depth }];
}

function readNumber(
  node: YamlNode | undefined,
  absent: number | undefined,
  key: string,
  faults: EnvelopeFault[],
): number | undefined {
  if (node === undefined) return absent;
  const value = node.kind === "scalar" ? pythonValue(node) : undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= -1) return value;
  faults.push(wrong(node.position, `found ${key} that is no whole number`, `write ${key}: 1`));
  return undefined;
}

function placed(map: YamlMap, key: string): PlacedText | undefined {
  const node = valueAt(map, key);
  const text = textOf(node);
  return node === undefined || text === undefined ? undefined : { text, at: node.position };
}
