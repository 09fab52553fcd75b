import { stat } from "node:fs/promises";
import { builtInKinds } from "../design/built-in-kinds.ts";
import type { EffectiveItem } from "../design/effective-item.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { type Explanation, UnknownPathError } from "../design/explanation.ts";
import { FieldPathError } from "../design/field-path.ts";
import { hideSecrets } from "../design/hide-secrets.ts";
import { suggest } from "../text/suggest.ts";
import { CliError } from "./cli-error.ts";
import { countDiagnostics, place, printDiagnostics, visible } from "./diagnostics.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { explainRemoved } from "./explain-removed.ts";
import { loadDesign, type OutsidePlugins } from "./load-design.ts";
import { note, type OutputForm, print, printTable, printValue } from "./output.ts";

/** Options of `bedplate resolve`. */
export interface ResolveOptions extends OutsidePlugins {
  readonly output: OutputForm;
  readonly explain?: string;
  /** Write where each value is from behind it; with YAML only. */
  readonly annotate?: boolean;
}

/** `bedplate resolve PATH… [KIND[/NAME]]`: prints effective items, or where one value came from. */
export async function resolve(args: readonly string[], options: ResolveOptions): Promise<ExitCode> {
  checkAnnotate(options);
  const { paths, selection } = await splitArguments(args);
  const { evaluation, diagnostics } = await loadDesign(paths, options);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (options.explain !== undefined) {
    if (selection?.name === undefined)
      throw new CliError(exitCode.usage, "--explain needs one item", "name it as KIND/NAME, such as Node/n01");
    await printExplanation(explainField(evaluation, selection.kind, selection.name, options.explain), options.output);
    return exitCode.done;
  }
  const items = selectItems(evaluation, selection);
  if (options.output === "table")
    await printTable(
      ["kind", "name", "fields"],
      items.map((item) => [item.kind, item.name, Object.keys(item.tree).join(", ")]),
    );
  else if (options.annotate) await printAnnotated(evaluation, items);
  else
    await printValue(options.output, {
      items: items.map((item) => ({
        kind: item.kind,
        name: item.name,
        spec: hideSecrets(evaluation.kinds.get(item.kind), item.tree),
      })),
    });
  if (errors.length === 0) return exitCode.done;
  if (options.output === "table") await printDiagnostics(errors);
  note(`the design is invalid: ${countDiagnostics(errors)}; run "bedplate validate" for all of them`);
  return exitCode.failed;
}

function checkAnnotate({ annotate, output, explain }: ResolveOptions): void {
  if (!annotate) return;
  if (output !== "yaml")
    throw new CliError(exitCode.usage, "--annotate needs YAML to write comments in", "add -o yaml");
  if (explain === undefined) return;
  throw new CliError(exitCode.usage, "--annotate and --explain exclude each other", "leave out one of them");
}

/** The same items as without comments, one after the other. */
async function printAnnotated(evaluation: Evaluation, items: readonly EffectiveItem[]): Promise<void> {
  const { annotatedItem } = await import("./annotated-item.ts");
  await print(items.length === 0 ? "items: []\n" : "items:\n");
  for (const { kind, name } of items) await print(`${annotatedItem(evaluation, kind, name).join("\n")}\n`);
}

interface Selection {
  readonly kind: string;
  readonly name?: string;
}

/** The last argument names items when it begins with a kind, or with what looks like one and is no path. */
async function splitArguments(
  args: readonly string[],
): Promise<{ paths: readonly string[]; selection: Selection | undefined }> {
  const last = args.at(-1) ?? "";
  const [, kind, name] = /^([A-Za-z][A-Za-z0-9._-]*)(?:\/([A-Za-z0-9._-]+))?$/.exec(last) ?? [];
  if (kind === undefined || args.length < 2 || !(await isKind(kind, last)))
    return { paths: args, selection: undefined };
  return { paths: args.slice(0, -1), selection: { kind, ...(name !== undefined && { name }) } };
}

async function isKind(word: string, path: string): Promise<boolean> {
  const kinds = builtInKinds();
  if (kinds.has(word)) return true;
  const looksLikeOne = /^[A-Z]/.test(word) || suggest(word, kinds.keys()) !== undefined;
  return looksLikeOne && !/\.ya?ml$/i.test(path) && (await stat(path).catch(() => undefined)) === undefined;
}

function selectItems(evaluation: Evaluation, selection: Selection | undefined): readonly EffectiveItem[] {
  const all = [...evaluation.items.values()];
  if (selection === undefined) return all;
  const ofKind = all.filter((item) => item.kind === selection.kind);
  if (ofKind.length === 0)
    throw unknown(`there is no item of kind ${selection.kind}`, selection.kind, new Set(all.map((item) => item.kind)));
  if (selection.name === undefined) return ofKind;
  const named = ofKind.filter((item) => item.name === selection.name);
  if (named.length === 0)
    throw unknown(
      `there is no ${selection.kind} named ${selection.name}`,
      selection.name,
      ofKind.map((item) => item.name),
    );
  return named;
}

function unknown(message: string, wanted: string, known: Iterable<string>): CliError {
  const names = [...known];
  const near = suggest(wanted, names);
  return new CliError(
    exitCode.usage,
    message,
    near === undefined ? `there are ${names.slice(0, 20).join(", ") || "none"}` : `did you mean ${near}?`,
  );
}

function explainField(evaluation: Evaluation, kind: string, name: string, path: string): Explanation {
  selectItems(evaluation, { kind, name });
  try {
    return evaluation.explain(kind, name, path);
  } catch (error) {
    if (error instanceof UnknownPathError) {
      const removed = explainRemoved(evaluation, kind, name, error.path);
      if (removed !== undefined) return removed;
      throw new CliError(
        exitCode.usage,
        error.message,
        error.suggestion === undefined ? undefined : `did you mean ${error.suggestion}?`,
      );
    }
    if (error instanceof FieldPathError)
      throw new CliError(exitCode.usage, error.message, `write a path such as interfaces["bond0"].device_link`);
    throw error;
  }
}

/** An explanation for programs: every key is there; a value that no place supplied has no `from`, but a rule. */
function explanationValue({ path, value, from, rule, item, layer, steps, overrode }: Explanation) {
  return {
    path,
    value,
    from: from ?? null,
    rule: rule ?? "",
    item,
    layer: layer ?? "",
    steps: steps.map(({ message, location }) => ({ message, location: location ?? null })),
    overrode,
  };
}

async function printExplanation(explanation: Explanation, form: OutputForm): Promise<void> {
  if (form !== "table") {
    await printValue(form, explanationValue(explanation));
    return;
  }
  const source = explanation.from === undefined ? `rule ${explanation.rule ?? "unknown"}` : place(explanation.from);
  const byRule = explanation.from && explanation.rule && `read by rule ${explanation.rule}`;
  const lines = [
    `${explanation.path} ${explanation.value === null ? "is taken away" : `= ${JSON.stringify(explanation.value)}`}`,
    `  ${explanation.value === null ? "by" : "from"} ${source} (${[explanation.item, explanation.layer && `layer ${explanation.layer}`, byRule].filter(Boolean).join(", ")})`,
  ];
  for (const { message, location } of explanation.steps) {
    lines.push(`  ${message}${location === undefined ? "" : ` (${place(location)})`}`);
  }
  for (const other of explanation.overrode) {
    lines.push(
      `  overrode ${JSON.stringify(other.value)} from ${place(other.from)} (${other.item}, layer ${other.layer})`,
    );
  }
  await print(`${lines.map(visible).join("\n")}\n`);
}
