import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Reference } from "../../gen/bedplate/design/v1/query_pb.js";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { parseItem } from "./design-option.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { note, type OutputForm, printTable, printValue } from "./output.ts";
import { headWord, type RevisionWord, revisionOf } from "./revision-word.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate references`. */
export interface ReferencesOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
  readonly revision?: RevisionWord;
  readonly outgoing: boolean;
  readonly inheritance: boolean;
  readonly kind?: string;
}

/** `bedplate references KIND/NAME`: which items name an item, or with `--outgoing` which it names. */
export async function references(what: string, options: ReferencesOptions): Promise<ExitCode> {
  const { kind, name } = parseItem(what);
  if (name === undefined)
    throw new CliError(exitCode.usage, `${what} names no item`, "write KIND/NAME, such as Network/mgmt");
  const { design, outgoing, inheritance, output } = options;
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const found: Reference[] = [];
    const asked = await revisionOf(state, design, options.revision ?? headWord);
    let revision = asked;
    let pageToken = "";
    do {
      const page = await state.listReferences({
        ...{ design, kind, name, outgoing, inheritance, otherKind: options.kind ?? "" },
        ...{ revision: asked, pageSize: 1000, pageToken },
      });
      found.push(...page.references);
      ({ revision, nextPageToken: pageToken } = page);
    } while (pageToken !== "");
    const rows = found.map(({ fromItem, field, toItem, isParent, resolved }) => ({
      from_item: fromItem,
      field,
      to_item: toItem,
      is_parent: isParent,
      resolved,
    }));
    if (output !== "table") {
      await printValue(output, { references: rows, revision: Number(revision) });
      return exitCode.done;
    }
    if (rows.length === 0) note(outgoing ? `${what} names no item` : `no item names ${what}`);
    else
      await printTable(
        ["item", "field", "names", "what it is"],
        rows.map((row) => [row.from_item, row.field, row.to_item, wordFor(row)]),
      );
    return exitCode.done;
  });
}

function wordFor({ is_parent, resolved }: { readonly is_parent: boolean; readonly resolved: boolean }): string {
  return `${is_parent ? "parent" : "reference"}${resolved ? "" : ", missing"}`;
}
