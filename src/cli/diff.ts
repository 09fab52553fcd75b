import { diffItems } from "../design/diff.ts";
import type { KindSchema } from "../design/kind-schema.ts";
import { placeInDocument } from "../design/place-in-document.ts";
import type { RawItem } from "../design/raw-item.ts";
import { valueOrigin } from "../design/value-origin.ts";
import { CliError } from "./cli-error.ts";
import { parseItem } from "./design-option.ts";
import { countDiagnostics } from "./diagnostics.ts";
import { changeWord, type Difference, differenceLine, differenceValue } from "./difference.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { type LoadedDesign, loadDesign, type OutsidePlugins } from "./load-design.ts";
import { note, type OutputForm, print, printValue } from "./output.ts";

/** Options of `bedplate diff`. */
export interface DiffOptions extends OutsidePlugins {
  readonly output: OutputForm;
  /** Compare what layers declare. */
  readonly raw?: boolean;
  /** Compare what results: the default. */
  readonly effective?: boolean;
  /** KIND or KIND/NAME: compare these alone. */
  readonly item?: string;
  /** End with 1 when something differs. */
  readonly exitCode?: boolean;
  /** The design on a server whose revisions are compared; absent to compare files. */
  readonly design?: string;
  readonly server: string;
  readonly tokenFile?: string;
}

/** `bedplate diff A B`: compares two designs in files, with nothing running, or with `--design` two revisions on a server. */
export async function diff(before: string, after: string | undefined, options: DiffOptions): Promise<ExitCode> {
  if (options.raw && options.effective)
    throw new CliError(exitCode.usage, "--raw and --effective exclude each other", "leave out one of them");
  const { design } = options;
  if (design !== undefined) {
    const { diffRevisions } = await import("./diff-revisions.ts");
    return diffRevisions(before, after ?? "head", { ...options, design });
  }
  if (after === undefined)
    throw new CliError(
      exitCode.usage,
      "there is nothing to compare with",
      "name two designs in files, or a design on a server with --design",
    );
  // One after the other, so that of two that are missing the first is named.
  const old = await load(before, options);
  const now = await load(after, options);
  const differences = differencesOf(old, now, options);
  await printDifferences({ from: before, to: after, differences }, options);
  for (const [path, { diagnostics }] of [
    [before, old],
    [after, now],
  ] as const) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0) note(`${path} is invalid: ${countDiagnostics(errors)}; see bedplate validate ${path}`);
  }
  return differences.length > 0 && options.exitCode ? exitCode.failed : exitCode.done;
}

async function load(path: string, options: DiffOptions): Promise<LoadedDesign> {
  try {
    return await loadDesign([path], options);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== exitCode.usage || !/^(?:\d+|head)$/.test(path)) throw error;
    throw new CliError(error.code, error.message, "to compare revisions, name their design with --design");
  }
}

/** What was compared, and what differs. */
export interface Comparison {
  /** A path, or the number of a revision. */
  readonly from: string | number;
  readonly to: string | number;
  readonly differences: readonly Difference[];
}

/** Prints differences in the form asked for. */
export async function printDifferences(
  { from, to, differences }: Comparison,
  { output }: Pick<DiffOptions, "output">,
): Promise<void> {
  if (output !== "table") await printValue(output, { from, to, differences: differences.map(differenceValue) });
  else {
    await print(differences.map((each) => `${differenceLine(each)}\n`).join(""));
    if (differences.length === 0) note("no difference");
  }
}

function differencesOf(before: LoadedDesign, after: LoadedDesign, options: DiffOptions): readonly Difference[] {
  const wanted = options.item === undefined ? undefined : parseItem(options.item);
  const keys = [...new Set([...before.evaluation.items.keys(), ...after.evaluation.items.keys()])].sort();
  return keys.flatMap((key) => {
    const { kind, name } = parseItem(key);
    if (name === undefined || (wanted !== undefined && wanted.kind !== kind)) return [];
    if (wanted?.name !== undefined && wanted.name !== name) return [];
    const schema = after.evaluation.kinds.get(kind) ?? before.evaluation.kinds.get(kind);
    if (schema === undefined) return [];
    return options.raw
      ? rawDifferences(schema, name, before, after)
      : effectiveDifferences(schema, name, before, after);
  });
}

function effectiveDifferences(
  schema: KindSchema,
  name: string,
  { evaluation: before }: LoadedDesign,
  { evaluation: after }: LoadedDesign,
): readonly Difference[] {
  const { kind } = schema;
  const key = `${kind}/${name}`;
  const changes = diffItems(schema, before.items.get(key)?.tree, after.items.get(key)?.tree);
  return changes.map(({ path, type, ...sides }) => ({
    ...{ kind, name, layer: "", path, change: changeWord(type), ...sides },
    beforeOrigin: sides.before === undefined ? undefined : valueOrigin(before, kind, name, path),
    afterOrigin: sides.after === undefined ? undefined : valueOrigin(after, kind, name, path),
  }));
}

function rawDifferences(
  schema: KindSchema,
  name: string,
  before: LoadedDesign,
  after: LoadedDesign,
): readonly Difference[] {
  const { kind } = schema;
  const byLayer = ({ evaluation }: LoadedDesign) =>
    new Map(evaluation.raw(kind, name).map((raw) => [raw.layer.name, raw]));
  const [old, now] = [byLayer(before), byLayer(after)];
  const originIn = (raw: RawItem | undefined, path: string, layer: string) =>
    raw && { location: placeInDocument(raw.document, schema, path), item: `${kind}/${name}`, layer };
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((layer) => {
    const [a, b] = [old.get(layer), now.get(layer)];
    return diffItems(schema, a?.document.spec, b?.document.spec).map(({ path, type, ...sides }) => ({
      ...{ kind, name, layer, path, change: changeWord(type), ...sides },
      beforeOrigin: sides.before === undefined ? undefined : originIn(a, path, layer),
      afterOrigin: sides.after === undefined ? undefined : originIn(b, path, layer),
    }));
  });
}
