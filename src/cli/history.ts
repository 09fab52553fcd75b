import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { HistoricChange } from "../../gen/bedplate/design/v1/history_pb.js";
import { ChangeKind, type Revision } from "../../gen/bedplate/design/v1/revision_pb.js";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { parseItem } from "./design-option.ts";
import { visible } from "./diagnostics.ts";
import { differenceFromMessage } from "./diff-revisions.ts";
import { changeText, differenceValue } from "./difference.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { momentText, momentValue } from "./moment-text.ts";
import { colored, note, type OutputForm, print, printTable, printValue } from "./output.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate history`. */
export interface HistoryOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
  /** How many revisions at most, newest first. */
  readonly limit: number;
  /** Of an item: what layers declared, in place of what resulted. */
  readonly raw?: boolean;
}

/** `bedplate history [KIND/NAME [FIELD]]`: the revisions of a design, or those that changed an item or a field of it, newest first. */
export async function history(
  what: string | undefined,
  field: string | undefined,
  options: HistoryOptions,
): Promise<ExitCode> {
  if (what === undefined) return listRevisions(options);
  const { kind, name } = parseItem(what);
  if (name === undefined)
    throw new CliError(exitCode.usage, `${what} names no item`, "write KIND/NAME, such as Node/n01");
  return listItemHistory(kind, name, field ?? "", options);
}

async function listRevisions({ design, limit, ...options }: HistoryOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const { rows, more } = await upTo<Revision>(limit, async (pageToken, pageSize) => {
      const page = await state.listRevisions({ design, pageSize, pageToken });
      return { rows: page.revisions, nextPageToken: page.nextPageToken };
    });
    if (options.output !== "table") await printValue(options.output, { revisions: rows.map(revisionValue) });
    else
      await printTable(
        ["revision", "valid", "author", "created", "layers", "errors", "warnings", "tags", "message"],
        rows.map((one) => [
          String(one.number),
          one.valid ? "yes" : "no",
          visible(one.author),
          momentText(one.createdAt),
          one.layers.join(", "),
          String(one.errorCount),
          String(one.warningCount),
          one.tags.join(", "),
          visible(one.message),
        ]),
      );
    if (more) note(`older revisions are left out; --limit ${limit * 10} shows more`);
    return exitCode.done;
  });
}

/** A revision for programs. */
function revisionValue(one: Revision) {
  return {
    number: Number(one.number),
    valid: one.valid,
    author: one.author,
    created: momentValue(one.createdAt),
    layers: one.layers,
    errors: one.errorCount,
    warnings: one.warningCount,
    tags: one.tags,
    message: one.message,
    metadata: one.metadata,
  };
}

const words: Readonly<Record<ChangeKind, string>> = {
  [ChangeKind.UNSPECIFIED]: "changed",
  [ChangeKind.ADDED]: "added",
  [ChangeKind.CHANGED]: "changed",
  [ChangeKind.DELETED]: "deleted",
};

async function listItemHistory(kind: string, name: string, path: string, options: HistoryOptions): Promise<ExitCode> {
  const { design, limit, raw = false, output } = options;
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const { rows, more } = await upTo<HistoricChange>(limit, async (pageToken, pageSize) => {
      const page = await state.listItemHistory({ design, kind, name, path, raw, pageSize, pageToken });
      return { rows: page.changes, nextPageToken: page.nextPageToken };
    });
    if (output !== "table") await printValue(output, { changes: rows.map(changeValue) });
    else await print(rows.flatMap(changeLines).join(""));
    if (rows.length === 0) note(`no revision ever set ${path} of ${kind}/${name}`);
    if (more) note(`older changes are left out; --limit ${limit * 10} shows more`);
    return exitCode.done;
  });
}

/** A change of an item for programs. */
function changeValue(one: HistoricChange) {
  return {
    revision: Number(one.revision),
    author: one.author,
    created: momentValue(one.createdAt),
    message: one.message,
    tags: one.tags,
    change: words[one.change],
    differences: one.differences.map((each) => differenceValue(differenceFromMessage(each))),
  };
}

function changeLines(one: HistoricChange): readonly string[] {
  const tags = one.tags.length === 0 ? "" : ` (${one.tags.join(", ")})`;
  const said = one.message === "" ? "" : `: ${one.message}`;
  const head = `revision ${one.revision}${tags}, ${momentText(one.createdAt)}, ${one.author} ${words[one.change]} it${said}`;
  const lines = one.differences
    .map(differenceFromMessage)
    .filter(({ path, layer }) => path !== "" || layer !== "")
    .map((each) => `  ${each.layer === "" ? "" : colored(`in ${visible(each.layer)} `, "dim")}${changeText(each)}\n`);
  return [`${visible(head)}\n`, ...lines];
}

/** Rows page by page, as many as are wanted at most, and whether there are more. */
async function upTo<Row>(
  limit: number,
  read: (
    pageToken: string,
    pageSize: number,
  ) => Promise<{ readonly rows: readonly Row[]; readonly nextPageToken: string }>,
): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
  const rows: Row[] = [];
  let pageToken = "";
  do {
    const page = await read(pageToken, Math.min(1000, limit - rows.length));
    rows.push(...page.rows);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && rows.length < limit);
  return { rows, more: pageToken !== "" };
}
