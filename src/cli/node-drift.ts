import type { DriftDifference, NodeDrift } from "../../gen/bedplate/orchestrator/v1/drift_pb.js";
import { NodeDriftSchema } from "../../gen/bedplate/orchestrator/v1/drift_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { momentText } from "./moment-text.ts";
import type { NodeOptions } from "./node.ts";
import { note, printTable, printValue } from "./output.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate node drift`. */
export interface NodeDriftOptions extends NodeOptions {
  /** Whether nodes without a difference are shown too. */
  readonly all: boolean;
}

const HEADER = ["node", "what", "designed", "observed", "since", "where the design says it"];

/** `bedplate node drift [NAME]`: how deployed nodes differed from the design when they were last compared. */
export async function nodeDrift(node: string | undefined, options: NodeDriftOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const found: NodeDrift[] = [];
    let pageToken = "";
    do {
      const request = { design: options.design, node: node ?? "", includeUnchanged: options.all, pageToken };
      const page = await orchestrator.listDrift({ ...request, pageSize: 1000 }, { timeoutMs: 120_000 });
      found.push(...page.nodes);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    if (options.output !== "table") {
      const nodes = found.map((each) => redactSecrets(NodeDriftSchema, each, { protoNames: true }));
      await printValue(options.output, { nodes });
      return exitCode.done;
    }
    await printTable(HEADER, found.flatMap(rows));
    if (found.length === 0)
      note(`no difference is known; bedplate plan verify --design ${options.design} compares anew`);
    return exitCode.done;
  });
}

function rows({ node, differences, differenceCount, comparedAt }: NodeDrift): string[][] {
  if (differences.length === 0) return [[node, "as designed", "", "", `compared ${momentText(comparedAt)}`, ""]];
  const hidden = differenceCount - differences.length;
  const more = hidden === 0 ? [] : [[node, `and ${hidden} more`, "", "", "", ""]];
  return [...differences.map((difference) => row(node, difference)), ...more];
}

function row(node: string, { object, designed, observed, since, item, field, origin }: DriftDifference): string[] {
  const from = origin?.location === undefined ? (origin?.rule ?? "") : `${origin.location.uri}:${origin.location.line}`;
  const place = item === "" ? "-" : `${item} ${field}${from === "" ? "" : ` (${from})`}`;
  return [node, object, designed || "-", observed || "-", momentText(since), place];
}
