import {
  JobGroupSchema,
  JobGroupState,
  type JobNode,
  JobNodeSchema,
  JobNodeState,
} from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import type { FailurePolicy } from "../../../gen/bedplate/type/v1/job_policy_pb.js";
import { redactSecrets } from "../../mesh/redact-secrets.ts";
import { visibleText } from "../../text/visible-text.ts";
import type { ConnectOptions } from "../connect.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { momentText } from "../moment-text.ts";
import { note, type OutputForm, printTable, printValue } from "../output.ts";
import { countsText } from "../print-job.ts";
import { withServer } from "../with-server.ts";
import { jobNodeStateWord, parseJobNodeState } from "./job-node-word.ts";

/** Options of `bedplate job nodes`. */
export interface JobNodesOptions extends ConnectOptions {
  /** Nodes in this state only, by its word. */
  readonly state?: string;
  readonly output: OutputForm;
}

const protoNames = { protoNames: true } as const;

/** `bedplate job nodes ID`: the nodes of a job, how far each is and what it waits for. */
export async function listJobNodes(jobId: string, { state: word, ...options }: JobNodesOptions): Promise<ExitCode> {
  const state = word === undefined ? JobNodeState.UNSPECIFIED : parseJobNodeState(word);
  return withServer(options, async ({ clientFor }) => {
    const nodes: JobNode[] = [];
    let pageToken = "";
    do {
      const page = await clientFor(OrchestratorService).listJobNodes({ jobId, state, pageSize: 1000, pageToken });
      nodes.push(...page.nodes);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    if (options.output !== "table") {
      await printValue(options.output, { nodes: nodes.map((node) => redactSecrets(JobNodeSchema, node, protoNames)) });
      return exitCode.done;
    }
    await printTable(
      ["node", "group", "state", "since", "message"],
      nodes.map((node) => [
        node.node,
        node.group === "" ? "-" : node.group,
        jobNodeStateWord(node.state),
        momentText(node.since),
        visibleText(node.message),
      ]),
    );
    if (nodes.some((node) => node.state === JobNodeState.GATED)) {
      note(`next: bedplate job approve ${jobId} NODE…, or --all`);
    }
    return exitCode.done;
  });
}

/** `bedplate job groups ID`: the groups of a job, in the order of the design. */
export async function listJobGroups(jobId: string, options: Omit<JobNodesOptions, "state">): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const groups = [];
    let pageToken = "";
    do {
      const page = await clientFor(OrchestratorService).listJobGroups({ jobId, pageSize: 1000, pageToken });
      groups.push(...page.groups);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    if (options.output !== "table") {
      await printValue(options.output, {
        groups: groups.map((group) => redactSecrets(JobGroupSchema, group, protoNames)),
      });
      return exitCode.done;
    }
    await printTable(
      ["group", "state", "after", "on failure", "nodes", "message"],
      groups.map((group) => [
        group.name === "" ? "(no group)" : group.name,
        (JobGroupState[group.state] ?? "unknown").toLowerCase(),
        group.dependsOn.join(", ") || "-",
        failureText(group.failure),
        countsText(group.nodeCounts) || "-",
        visibleText(group.message),
      ]),
    );
    return exitCode.done;
  });
}

function failureText(failure: FailurePolicy | undefined): string {
  const { onFailure = "continue", requireNodes, requirePercent } = failure ?? {};
  const required = [
    ...(requireNodes === undefined ? [] : [`${requireNodes} nodes`]),
    ...(requirePercent === undefined ? [] : [`${requirePercent}%`]),
  ];
  return `${onFailure}, require ${required.join(" and ") || "all"}`;
}
