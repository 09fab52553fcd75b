import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import {
  type EffectiveItem,
  EffectiveItemSchema,
  type RawItem,
  RawItemSchema,
} from "../../gen/bedplate/design/v1/item_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { CliError } from "./cli-error.ts";
import type { Connection, ConnectOptions } from "./connect.ts";
import { printCounts } from "./count-items.ts";
import { parseItem } from "./design-option.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { askedFields, fieldCells } from "./field-columns.ts";
import { type OutputForm, printTable, printValue } from "./output.ts";
import { headWord, type RevisionWord, revisionOf } from "./revision-word.ts";
import { withServer } from "./with-server.ts";

/** Options of the commands that read a design. */
export interface ReadOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
  readonly revision?: RevisionWord;
  readonly raw?: boolean;
}

/** Options of `bedplate get`. */
export interface GetOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
  /** The head, when not given. */
  readonly revision?: RevisionWord;
  readonly raw: boolean;
  readonly filter?: string;
  readonly fields: readonly string[];
  readonly orderBy?: string;
  readonly count: boolean;
  readonly groupBy: readonly string[];
}

const protoNames = { protoNames: true } as const;
const PAGE = 1000;

/** `bedplate get [KIND[/NAME]]`: effective items, chosen, ordered or counted, or with `--raw` what each layer declared. */
export async function get(what: string | undefined, options: GetOptions): Promise<ExitCode> {
  const { kind, name } = parseItem(what ?? "");
  const { design, groupBy, filter = "" } = options;
  refuseOddOptions(name, options);
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const revision = await revisionOf(state, design, options.revision ?? headWord);
    if (options.count || groupBy.length > 0) {
      const answer = await state.countItems({ design, kind, filter, revision, groupBy: [...groupBy] });
      await printCounts(answer, groupBy, options.output);
    } else if (options.raw) await printRawItems(await rawItems(clientFor, kind, name, revision, options), options);
    else await printItems(await effectiveItems(clientFor, kind, name, revision, options), name, options);
    return exitCode.done;
  });
}

function refuseOddOptions(
  name: string | undefined,
  { raw, filter, orderBy, count, groupBy, fields }: GetOptions,
): void {
  const counts = count || groupBy.length > 0;
  const refuse = (message: string, hint: string) => {
    throw new CliError(exitCode.usage, message, hint);
  };
  if (name !== undefined && (filter !== undefined || orderBy !== undefined || counts))
    refuse("one item by its name can't be chosen, ordered or counted", "leave out the name, or the option");
  if (raw && (orderBy !== undefined || counts))
    refuse("what layers declared can't be ordered or counted", "leave out --raw, or the option");
  if (counts && (fields.length > 0 || orderBy !== undefined))
    refuse("counts have no fields and an order of their own", "leave out --fields and --order-by");
}

async function effectiveItems(
  clientFor: Connection["clientFor"],
  kind: string,
  name: string | undefined,
  revision: bigint,
  { design, filter = "", orderBy = "", ...options }: GetOptions,
): Promise<readonly EffectiveItem[]> {
  const state = clientFor(DesignStateService);
  const fields = [...askedFields(options.fields)];
  if (name !== undefined) {
    const { item } = await state.getItem({ design, kind, name, revision, fields });
    if (item !== undefined) return [item];
    const message = `there is no ${kind} named ${name}`;
    throw new CliError(exitCode.usage, message, `see bedplate get ${kind} --design ${design}`);
  }
  const items: EffectiveItem[] = [];
  let pageToken = "";
  do {
    const page = await state.listItems({ design, kind, revision, filter, orderBy, fields, pageSize: PAGE, pageToken });
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return items;
}

async function rawItems(
  clientFor: Connection["clientFor"],
  kind: string,
  name: string | undefined,
  revision: bigint,
  { design, filter = "", ...options }: GetOptions,
): Promise<readonly RawItem[]> {
  const state = clientFor(DesignStateService);
  if (name !== undefined) return (await state.getRawItem({ design, kind, name, revision })).items;
  const fields = [...askedFields(options.fields)];
  const items: RawItem[] = [];
  let pageToken = "";
  do {
    const page = await state.listRawItems({ design, kind, revision, filter, fields, pageSize: PAGE, pageToken });
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return items;
}

async function printItems(items: readonly EffectiveItem[], name: string | undefined, options: GetOptions) {
  const { output, fields } = options;
  const values = items.map(itemValue);
  if (output === "table" && fields.length > 0) {
    await printTable(
      ["kind", "name", ...fields],
      values.map((item) => [item.kind, item.name, ...fieldCells(item.spec, fields)]),
    );
  } else if (output === "table" && name === undefined) {
    await printTable(
      ["kind", "name", "since revision", "digest"],
      items.map((item) => [item.kind, item.name, String(item.fromRevision), item.digest.slice(0, 12)]),
    );
  } else await printValue(output === "json" ? "json" : "yaml", { items: values });
}

async function printRawItems(items: readonly RawItem[], { output, fields }: GetOptions) {
  if (output !== "table") {
    await printValue(output, { items: items.map((item) => redactSecrets(RawItemSchema, item, protoNames)) });
    return;
  }
  await printTable(
    ["layer", "kind", "name", ...(fields.length > 0 ? fields : ["since", "declared at"])],
    items.map(({ layer, kind, name, fromRevision, location, spec }) => [
      ...[layer, kind, name],
      ...(fields.length > 0
        ? fieldCells(spec, fields)
        : [String(fromRevision), `${location?.uri}:${location?.line}:${location?.column}`]),
    ]),
  );
}

/** An effective item as programs get it: kind, name and its specification under one key, whatever the kind. */
function itemValue(item: EffectiveItem) {
  const shown = redactSecrets(EffectiveItemSchema, item, protoNames);
  const fields = typeof shown === "object" && shown !== null && !Array.isArray(shown) ? shown : {};
  const key = (item.spec.case ?? "").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    kind: item.kind,
    name: item.name,
    spec: fields[key] ?? {},
    digest: item.digest,
    from_revision: Number(item.fromRevision),
  };
}
