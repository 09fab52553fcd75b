import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readDesignFiles } from "../consumers/read-design-files.ts";
import { builtInKinds } from "../design/built-in-kinds.ts";
import { evaluateDesign } from "../design/evaluate-design.ts";
import type { KindSchema } from "../design/kind-schema.ts";
import { type DesignSchemaOptions, designSchema } from "../schema/design-schema.ts";
import { suggest } from "../text/suggest.ts";
import { CliError } from "./cli-error.ts";
import { printDiagnostics } from "./diagnostics.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { defaultLayer } from "./load-design.ts";
import { note, print } from "./output.ts";
import { readPaths } from "./read-paths.ts";

/** Options of `bedplate schema`. */
export interface SchemaOptions {
  readonly kind?: string;
  readonly out?: string;
}

/** The file, in a directory, with the schema of documents of every kind. */
const wholeFile = "bedplate-v1.schema.json";

/**
 * `bedplate schema [PATH…]`: writes the JSON Schema of documents in Bedplate's own form, with the custom kinds that the design at the paths declares. Fails
 * when one of those is declared wrongly.
 */
export async function schema(paths: readonly string[], { kind, out }: SchemaOptions): Promise<ExitCode> {
  const kinds = paths.length === 0 ? builtInKinds() : await kindsOf(paths);
  if (kinds === undefined) {
    note('a custom kind is declared wrongly, so there is no schema of it; run "bedplate validate" for all findings');
    return exitCode.failed;
  }
  const wanted = kind === undefined ? [...kinds.values()] : [chosen(kinds, kind)];
  const whole = { kinds: wanted, otherKinds: kind === undefined && paths.length === 0 };
  if (out === undefined) await print(textOf(whole));
  else if (await isDirectory(out)) {
    await mkdir(out, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw writeError(out, error);
    });
    if (kind === undefined) await write(join(out, wholeFile), whole);
    for (const each of wanted) {
      await write(join(out, `${each.kind}.schema.json`), { kinds: [each], otherKinds: false });
    }
  } else await write(out, whole);
  return exitCode.done;
}

/** The kinds of a design; undefined, with the reasons printed, when one is declared wrongly. */
async function kindsOf(paths: readonly string[]): Promise<ReadonlyMap<string, KindSchema> | undefined> {
  const read = await readPaths(paths);
  const consumed = readDesignFiles(read.files);
  const documents = consumed.documents.map((document) => ({ layer: document.part || defaultLayer, document }));
  const findings = [...read.diagnostics, ...consumed.diagnostics];
  const evaluation = evaluateDesign({ documents, layers: [], diagnostics: findings });
  const wrong = evaluation.diagnostics.filter(({ kind, severity }) => kind === "CustomKind" && severity === "error");
  if (wrong.length === 0) return evaluation.kinds;
  await printDiagnostics(wrong);
  return undefined;
}

function chosen(kinds: ReadonlyMap<string, KindSchema>, kind: string): KindSchema {
  const found = kinds.get(kind);
  if (found !== undefined) return found;
  const near = suggest(kind, kinds.keys());
  const all = kind.includes(".") ? "name the paths of the design that declares it" : undefined;
  throw new CliError(
    exitCode.usage,
    `there is no kind ${kind}`,
    near === undefined ? (all ?? `kinds are ${[...kinds.keys()].sort().join(", ")}`) : `did you mean ${near}?`,
  );
}

function textOf(options: DesignSchemaOptions): string {
  return `${JSON.stringify(designSchema(options), null, 2)}\n`;
}

async function isDirectory(path: string): Promise<boolean> {
  if (path.endsWith("/")) return true;
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

async function write(path: string, options: DesignSchemaOptions): Promise<void> {
  await writeFile(path, textOf(options)).catch((error: NodeJS.ErrnoException) => {
    throw writeError(path, error);
  });
  note(`wrote ${path}`);
}

function writeError(path: string, error: NodeJS.ErrnoException): CliError {
  const message = `the schema can't be written to ${path}: ${error.code ?? error.message}`;
  return new CliError(exitCode.usage, message, "name another file or directory with --out");
}
