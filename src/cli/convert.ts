import { readDesignFiles } from "../consumers/read-design-files.ts";
import { type ConversionInput, type ConvertedDesign, convertDesign } from "../convert/convert-design.ts";
import { joinDocuments } from "../convert/convert-file.ts";
import type { Decision } from "../convert/decision.ts";
import { TooLargeError } from "../convert/too-large-error.ts";
import { builtInKinds } from "../design/built-in-kinds.ts";
import type { Diagnostic } from "../design/diagnostic.ts";
import { sortDiagnostics } from "../design/sort-diagnostics.ts";
import { CliError } from "./cli-error.ts";
import { countDiagnostics, diagnosticLines, diagnosticValue, place, visible } from "./diagnostics.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { note, type OutputForm, print, printValue } from "./output.ts";
import { readPaths } from "./read-paths.ts";
import { targetsOf, writeTargets } from "./write-targets.ts";

/** Options of `bedplate convert`. */
export interface ConvertOptions {
  /** The form to write: "v1", Bedplate's own. */
  readonly to: string;
  /** The directory to write a file for each source file to; standard output when absent. */
  readonly out?: string;
  /** Write over files that are there. */
  readonly force?: boolean;
  /** Convert what can be read of files with errors. */
  readonly keepGoing?: boolean;
  readonly output: OutputForm;
}

/**
 * `bedplate convert PATH… --to v1`: rewrites documents of any form in Bedplate's own, and lists every decision. Nothing is written before everything is converted;
 * where something can't be read, nothing is converted unless told to keep going, and the command fails either way.
 */
export async function convert(paths: readonly string[], options: ConvertOptions): Promise<ExitCode> {
  if (options.to !== "v1") {
    throw new CliError(exitCode.usage, `${JSON.stringify(options.to)} is no form to convert to`, "use --to v1");
  }
  const read = await readPaths(paths);
  const consumed = readDesignFiles(read.files);
  const diagnostics = sortDiagnostics([...read.diagnostics, ...consumed.diagnostics]);
  if (consumed.documents.length === 0 && diagnostics.length === 0) {
    throw new CliError(
      exitCode.usage,
      `${paths.join(", ")}: no document was found`,
      "name a directory with a design, such as examples/site",
    );
  }
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const refused = errors.length > 0 && options.keepGoing !== true;
  const nothing: ConvertedDesign = { files: [], decisions: [] };
  const { documents } = consumed;
  const converted = refused
    ? nothing
    : convertBounded({ files: read.files, documents, diagnostics, kinds: builtInKinds() });
  const targets = options.out === undefined ? undefined : await targetsOf(converted.files, paths, options.out);
  if (targets !== undefined) await writeTargets(targets, { force: options.force === true });
  if (options.output === "table") await printForPeople(converted, errors, targets);
  else await printValue(options.output, summaryOf(converted, errors, targets));
  if (errors.length === 0) return exitCode.done;
  if (refused) {
    note(
      `nothing is converted: ${countDiagnostics(errors)}; correct them, or convert what can be read with --keep-going`,
    );
  } else note(`what could not be read is missing: ${countDiagnostics(errors)}`);
  return exitCode.failed;
}

function convertBounded(input: ConversionInput): ConvertedDesign {
  try {
    return convertDesign(input);
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    throw new CliError(exitCode.failed, error.message, "split the file, or have fewer aliases of long values");
  }
}

type Targets = Awaited<ReturnType<typeof targetsOf>>;

async function printForPeople(
  { files, decisions }: ConvertedDesign,
  errors: readonly Diagnostic[],
  targets: Targets | undefined,
): Promise<void> {
  for (const each of decisions) note(decisionLine(each));
  for (const line of diagnosticLines(errors)) note(line);
  if (targets === undefined) {
    const several = files.length > 1;
    const texts = files.map(({ uri, text }) => (several ? `# ${visible(uri)}\n` : "") + text.replace(/^\ufeff/, ""));
    await print(joinDocuments(texts.map((text) => (text.endsWith("\n") ? text : `${text}\n`))));
    return;
  }
  for (const { path, documents } of targets) {
    await print(`${visible(path)}: ${documents} ${documents === 1 ? "document" : "documents"}\n`);
  }
}

function decisionLine({ field, message, kind, name, location }: Decision): string {
  const about = [kind && `${kind}/${name}`, field].filter(Boolean).join(" ");
  return visible(`${place(location)}: ${about === "" ? "" : `${about}: `}${message}`);
}

/** For programs: a file that was written has a target, one that wasn't has its text. */
function summaryOf({ files, decisions }: ConvertedDesign, errors: readonly Diagnostic[], targets: Targets | undefined) {
  return {
    files: files.map(({ uri, text, documents }, index) => ({
      ...{ source: uri, target: targets?.[index]?.path ?? null, documents },
      ...(targets === undefined && { text }),
    })),
    decisions: decisions.map(({ field, message, kind, name, location: { uri, line, column } }) => ({
      ...{ field, message, kind, name, location: { uri, line, column } },
    })),
    diagnostics: errors.map(diagnosticValue),
  };
}
