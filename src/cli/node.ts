import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import {
  HardwareVerdict,
  NodePhase,
  type NodeStatus,
  NodeStatusSchema,
} from "../../gen/bedplate/design/v1/node_status_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { momentText } from "./moment-text.ts";
import { severityWord } from "./node-hardware.ts";
import { type OutputForm, print, printTable, printValue } from "./output.ts";
import { withServer } from "./with-server.ts";

/** Options of the commands about nodes. */
export interface NodeOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
}

const protoNames = { protoNames: true } as const;

/** Options of `bedplate node list`. */
export interface NodeListOptions extends NodeOptions {
  readonly filter?: string;
  readonly orderBy?: string;
}

/** `bedplate node list`: nodes and how far each has come. */
export async function listNodes(options: NodeListOptions): Promise<ExitCode> {
  const { design, filter = "", orderBy = "" } = options;
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const statuses: NodeStatus[] = [];
    let pageToken = "";
    do {
      const page = await state.listNodeStatus({ design, filter, orderBy, pageSize: 1000, pageToken });
      statuses.push(...page.statuses);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    if (options.output !== "table")
      await printValue(options.output, {
        nodes: statuses.map((status) => redactSecrets(NodeStatusSchema, status, protoNames)),
      });
    else await printTable(NODE_HEADER, statuses.map(wholeRow));
    return exitCode.done;
  });
}

/** `bedplate node get NAME`: one node's state. */
export async function getNode(node: string, options: NodeOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const { status } = await clientFor(DesignStateService).getNodeStatus({ design: options.design, node });
    if (status === undefined)
      throw new CliError(exitCode.usage, `nothing is known of ${node}`, "see bedplate node list");
    if (options.output !== "table") {
      await printValue(options.output, { node: redactSecrets(NodeStatusSchema, status, protoNames) });
      return exitCode.done;
    }
    await printTable(NODE_HEADER, [wholeRow(status)]);
    for (const { message, severity, waiverReason } of status.hardwareDifferences) {
      const waived = waiverReason === "" ? "" : `: ${waiverReason}`;
      await print(`hardware (${severityWord(severity)}${waived}): ${message}\n`);
    }
    for (const { type, status: holds, message, since } of status.conditions)
      await print(
        `${type}: ${holds ? "yes" : "no"} since ${momentText(since)}${message === "" ? "" : `: ${message}`}\n`,
      );
    return exitCode.done;
  });
}

const NODE_HEADER = ["node", "phase", "since", "address", "hardware", "called in", "design changed"];

/** A node's row under `NODE_HEADER`: `nodeRow`, since when it is in its phase, and whether its design changed since it was deployed. */
function wholeRow(status: NodeStatus): string[] {
  const [name = "", phase = "", ...rest] = nodeRow(status);
  const changed = `since revision ${status.deployedRevision}`;
  const design = status.deployedRevision === 0n ? "-" : status.designChanged ? changed : "no";
  return [name, phase, momentText(status.phaseSince), ...rest, design];
}

/** A node as a table's row: name, phase, address, hardware verdict, when it called in. */
export function nodeRow(status: NodeStatus): string[] {
  return [
    status.node,
    status.phase === NodePhase.UNSPECIFIED
      ? "unknown"
      : (NodePhase[status.phase] ?? "unknown").toLowerCase().replaceAll("_", "-"),
    status.addresses[0] ?? "-",
    status.hardwareVerdict === HardwareVerdict.UNSPECIFIED
      ? "-"
      : (HardwareVerdict[status.hardwareVerdict] ?? "-").toLowerCase(),
    momentText(status.calledInAt),
  ];
}
