import { ScriptOutcome } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { type NodeScriptResult, NodeScriptResultSchema } from "../../gen/bedplate/orchestrator/v1/script_result_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { visibleText } from "../text/visible-text.ts";
import { CliError } from "./cli-error.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { momentText } from "./moment-text.ts";
import type { NodeOptions } from "./node.ts";
import { note, print, printTable, printValue } from "./output.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate node scripts`. */
export interface NodeScriptsOptions extends NodeOptions {
  /** The script whose output is wanted. */
  readonly show?: string;
  /** Only what this job collected first. */
  readonly job?: string;
}

const HEADER = ["type", "script", "outcome", "exit", "started", "ended", "output", "script text"];
const SHORT = 12;

/** `bedplate node scripts NAME`: how scripts went that ran on a node, or what one of them printed when it last ran. */
export async function nodeScripts(node: string, options: NodeScriptsOptions): Promise<ExitCode> {
  const { design, show, job = "" } = options;
  return withServer(options, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const results: NodeScriptResult[] = [];
    let pageToken = "";
    do {
      const asked = { design, node, script: show ?? "", jobId: job, pageSize: 1000, pageToken };
      const page = await orchestrator.listScriptResults(asked, { timeoutMs: 60_000 });
      results.push(...page.results);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    results.sort(byTime);
    if (show === undefined) return list(results, options);
    const last = results.at(-1);
    if (last === undefined) {
      throw new CliError(
        exitCode.usage,
        `no script ${show} is known to have run on ${node}`,
        `bedplate node scripts ${node} --design ${design} lists those that did`,
      );
    }
    const result = redactSecrets(NodeScriptResultSchema, last, { protoNames: true });
    if (last.outputDigest === "") {
      if (options.output !== "table") await printValue(options.output, { result, output: "", truncated: false });
      else note(`script ${show} printed nothing`);
      return exitCode.done;
    }
    const { output, truncated } = await orchestrator.getScriptOutput({ design, digest: last.outputDigest });
    if (options.output !== "table") await printValue(options.output, { result, output, truncated });
    else {
      for (const line of output.replace(/\n$/, "").split("\n")) await print(`${shownLine(line)}\n`);
      if (truncated) note("the output was longer: only its first 1 MiB is kept");
    }
    return exitCode.done;
  });
}

async function list(results: readonly NodeScriptResult[], { output }: NodeScriptsOptions): Promise<ExitCode> {
  if (output !== "table") {
    const shown = results.map((result) => redactSecrets(NodeScriptResultSchema, result, { protoNames: true }));
    await printValue(output, { results: shown });
    return exitCode.done;
  }
  await printTable(HEADER, results.map(row));
  if (results.length === 0) note("no results are known; they are collected when a job commissions the node");
  return exitCode.done;
}

function row(result: NodeScriptResult): string[] {
  const { type, script, outcome, exitStatus, startedAt, endedAt, outputDigest, scriptDigest } = result;
  return [
    type,
    script,
    (ScriptOutcome[outcome] ?? "unknown").toLowerCase().replaceAll("_", " "),
    exitStatus === undefined ? "-" : `${exitStatus}`,
    momentText(startedAt),
    momentText(endedAt),
    outputDigest.slice(0, SHORT) || "-",
    scriptDigest.slice(0, SHORT) || "-",
  ];
}

/** A line of a script's output, tabs as they are, without anything a terminal would obey. */
function shownLine(line: string): string {
  return line.replace(/\r$/, "").split("\t").map(visibleText).join("\t");
}

/** The oldest first; those without a time by when they were collected. */
function byTime(one: NodeScriptResult, other: NodeScriptResult): number {
  const at = ({ startedAt, collectedAt }: NodeScriptResult) => Number((startedAt ?? collectedAt)?.seconds ?? 0n);
  return at(one) - at(other);
}
