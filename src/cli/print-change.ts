import { NodePhase, type NodeStatus, NodeStatusSchema } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { ChangeKind, type Revision } from "../../gen/bedplate/design/v1/revision_pb.js";
import type { ItemChanged, WatchResponse } from "../../gen/bedplate/design/v1/watch_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { visible } from "./diagnostics.ts";
import { momentText, momentValue } from "./moment-text.ts";
import { formatValue, type OutputForm, print } from "./output.ts";

/**
 * Prints a message of a watch: a line for people, who are not told of bookmarks; one JSON object on a line, or one YAML document, for programs. Each says its
 * sequence number.
 */
export async function printChange(message: WatchResponse, output: OutputForm): Promise<void> {
  switch (output) {
    case "table":
      if (message.change.case !== undefined) await print(`${line(message)}\n`);
      break;
    case "json":
      await print(`${JSON.stringify(changeValue(message))}\n`);
      break;
    case "yaml":
      await print(`---\n${await formatValue("yaml", changeValue(message))}`);
  }
}

function line({ sequence, at, change }: WatchResponse): string {
  const what = () => {
    switch (change.case) {
      case "item":
        return `${change.value.kind}/${change.value.name} ${changeWord(change.value.change)} in revision ${change.value.revision}`;
      case "revision":
        return revisionWords(change.value);
      case "status":
        return statusWords(change.value);
      default:
        return "";
    }
  };
  return `${String(sequence).padStart(6)}  ${momentText(at)}  ${what()}`;
}

function revisionWords({ number, author, valid, errorCount, message }: Revision): string {
  const state = valid ? "valid" : `${errorCount} ${errorCount === 1 ? "error" : "errors"}`;
  return visible(`revision ${number} by ${author}, ${state}${message === "" ? "" : `: ${message}`}`);
}

function statusWords({ node, phase, conditions }: NodeStatus): string {
  const said = conditions.at(-1);
  const why = said === undefined ? "" : `; ${said.type}: ${said.status ? "yes" : "no"} ${said.message}`.trimEnd();
  return visible(`${node} is ${phaseWord(phase)}${why}`);
}

function phaseWord(phase: NodePhase): string {
  if (phase === NodePhase.UNSPECIFIED) return "unknown";
  return (NodePhase[phase] ?? "unknown").toLowerCase().replaceAll("_", "-");
}

function changeWord(change: ChangeKind): string {
  return (ChangeKind[change] ?? "changed").toLowerCase();
}

function changeValue({ sequence, at, change }: WatchResponse): Readonly<Record<string, unknown>> {
  if (change.case === undefined) return { sequence: Number(sequence), bookmark: true };
  const value = () => {
    switch (change.case) {
      case "item":
        return itemValue(change.value);
      case "revision":
        return revisionValue(change.value);
      default:
        return redactSecrets(NodeStatusSchema, change.value, { protoNames: true });
    }
  };
  return { sequence: Number(sequence), at: momentValue(at), [change.case]: value() };
}

function itemValue({ revision, kind, name, change, digest }: ItemChanged) {
  return { revision: Number(revision), kind, name, change: changeWord(change), digest };
}

function revisionValue({ number, valid, author, message, createdAt, layers, errorCount, warningCount }: Revision) {
  return {
    ...{ number: Number(number), valid, author, message, created: momentValue(createdAt), layers },
    ...{ errors: errorCount, warnings: warningCount },
  };
}
