import type { Client } from "@connectrpc/connect";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { FieldDifference, ValueOrigin as ValueOriginMessage } from "../../gen/bedplate/design/v1/history_pb.js";
import { ChangeKind } from "../../gen/bedplate/design/v1/revision_pb.js";
import type { ValueOrigin } from "../design/value-origin.ts";
import { CliError } from "./cli-error.ts";
import { parseItem } from "./design-option.ts";
import { type DiffOptions, printDifferences } from "./diff.ts";
import type { Difference } from "./difference.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { parseRevisionWord, revisionOf } from "./revision-word.ts";
import { withServer } from "./with-server.ts";

/** `bedplate diff A B --design D`: compares two revisions of a design, given as numbers, tags or times. */
export async function diffRevisions(
  before: string,
  after: string,
  options: DiffOptions & { readonly design: string },
): Promise<ExitCode> {
  const { design } = options;
  const [from, to] = [parseRevisionWord(before), parseRevisionWord(after)];
  const { kind = "", name = "" } = options.item === undefined ? {} : parseItem(options.item);
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const request = {
      ...{ design, kind, name, effective: options.raw !== true, provenance: true, pageSize: 1000 },
      // To the server 0 is a design without anything, here as the number that was written.
      fromRevision: before === "head" ? await headOf(state, design) : await revisionOf(state, design, from),
      toRevision: await revisionOf(state, design, to),
    };
    const differences: Difference[] = [];
    let pageToken = "";
    let compared = 0n;
    do {
      const page = await state.diffRevisions({ ...request, pageToken });
      differences.push(...page.differences.map(differenceFromMessage));
      pageToken = page.nextPageToken;
      compared = page.toRevision;
    } while (pageToken !== "");
    const numbers = { from: Number(request.fromRevision), to: Number(compared) };
    await printDifferences({ ...numbers, differences }, options);
    return differences.length > 0 && options.exitCode ? exitCode.failed : exitCode.done;
  });
}

async function headOf(state: Client<typeof DesignStateService>, design: string): Promise<bigint> {
  const { revision } = await state.getRevision({ design });
  if (revision === undefined) throw new CliError(exitCode.fault, "the server answered without a revision");
  return revision.number;
}

const changes: Readonly<Record<ChangeKind, Difference["change"]>> = {
  [ChangeKind.UNSPECIFIED]: "changed",
  [ChangeKind.ADDED]: "added",
  [ChangeKind.CHANGED]: "changed",
  [ChangeKind.DELETED]: "deleted",
};

/** A difference of the contract as plain data. */
export function differenceFromMessage(message: FieldDifference): Difference {
  const { kind, name, layer, path, before, after, beforeOrigin, afterOrigin } = message;
  return {
    ...{ kind, name, layer, path },
    change: changes[message.change],
    ...(before !== "" && { before: parsed(before) }),
    ...(after !== "" && { after: parsed(after) }),
    beforeOrigin: beforeOrigin && originFromMessage(beforeOrigin),
    afterOrigin: afterOrigin && originFromMessage(afterOrigin),
  };
}

function originFromMessage({ location, item, layer, rule }: ValueOriginMessage): ValueOrigin {
  return {
    item,
    ...(location && { location: { uri: location.uri, line: location.line, column: location.column } }),
    ...(layer !== "" && { layer }),
    ...(rule !== "" && { rule }),
  };
}

/** The value; of one that was too long to be told whole the text of its beginning. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
