import { type Event, EventSchema } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { redactSecrets } from "../../mesh/redact-secrets.ts";
import { visibleText } from "../../text/visible-text.ts";
import { jobNodeStateWord } from "../jobs/job-node-word.ts";
import { momentText } from "../moment-text.ts";
import { formatValue, type OutputForm, print } from "../output.ts";
import { jobStateWord } from "../print-job.ts";
import { stepWord } from "../step-word.ts";
import { taskStateWord } from "../task-state-word.ts";

/** How events are printed: `log` prints nothing of a line but what the node wrote. */
export interface EventForm {
  readonly output: OutputForm;
  readonly log?: boolean;
}

/** Prints an event: a line for people; one JSON object on a line, or one YAML document, for programs. */
export async function printEvent(event: Event, { output, log = false }: EventForm): Promise<void> {
  if (output === "json") await print(`${JSON.stringify(eventValue(event))}\n`);
  else if (output === "yaml") await print(`---\n${await formatValue("yaml", eventValue(event))}`);
  else await print(`${log ? logLine(event) : line(event)}\n`);
}

/** An event for programs, with the field names of the contract. */
export function eventValue(event: Event): unknown {
  return redactSecrets(EventSchema, event, { protoNames: true });
}

function line({ sequence, at, change }: Event): string {
  return `${String(sequence).padStart(6)}  ${momentText(at)}  ${visibleText(words(change))}`;
}

function logLine({ at, change }: Event): string {
  if (change.case !== "log") return "";
  const { at: own, source, text } = change.value;
  return visibleText(`${momentText(own ?? at)}  ${source === "" ? "" : `${source}: `}${text}`);
}

function words(change: Event["change"]): string {
  switch (change.case) {
    case "job":
      return join(`job ${change.value.id} ${jobStateWord(change.value.state)}`, change.value.message);
    case "task": {
      const { subject, kind, state, attempt, message, waitingFor } = change.value;
      const tries = attempt > 1 ? ` (try ${attempt})` : "";
      const what = `${subject} ${stepWord(kind)} ${taskStateWord(state)}${tries}`;
      return join(what, waitingFor === "" || waitingFor === message ? message : `waits for ${waitingFor}`);
    }
    case "node":
      return join(`${change.value.node} ${jobNodeStateWord(change.value.state)}`, change.value.message);
    case "group":
      return join(`group ${change.value.name || "(none)"}`, change.value.message);
    case "log":
      return join(
        `${change.value.node} log${change.value.source === "" ? "" : ` ${change.value.source}`}`,
        change.value.text,
      );
    default:
      return "";
  }
}

function join(what: string, more: string): string {
  return more === "" ? what : `${what}: ${more}`;
}
