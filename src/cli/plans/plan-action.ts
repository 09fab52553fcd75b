import { Action, PowerChange } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { suggest } from "../../text/suggest.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";

/** What may be planned, by the word on the command line. */
const actions: Readonly<Record<string, Action>> = {
  "prepare-site": Action.PREPARE_SITE,
  commission: Action.COMMISSION,
  deploy: Action.DEPLOY,
  release: Action.RELEASE,
  power: Action.POWER,
  verify: Action.VERIFY,
  annotate: Action.ANNOTATE,
};

const ways: Readonly<Record<string, PowerChange>> = {
  on: PowerChange.ON,
  off: PowerChange.OFF,
  cycle: PowerChange.CYCLE,
};

/** An action, and which way power is switched where it is about power. */
export interface WantedAction {
  readonly action: Action;
  readonly power: PowerChange;
}

/** Reads `ACTION`, or `power on|off|cycle`. Throws CliError with the nearest word. */
export function parseAction(word: string, way: string | undefined): WantedAction {
  const action = actions[word];
  if (action === undefined) throw noSuch("action", word, Object.keys(actions));
  if (action !== Action.POWER) {
    if (way === undefined) return { action, power: PowerChange.UNSPECIFIED };
    const hint = "name nodes with --select name=…";
    throw new CliError(exitCode.usage, `${word} takes nothing behind it, found ${JSON.stringify(way)}`, hint);
  }
  if (way === undefined) {
    throw new CliError(exitCode.usage, "power needs a way to switch it", "write power on, power off or power cycle");
  }
  const power = ways[way];
  if (power === undefined) throw noSuch("way to switch power", way, Object.keys(ways));
  return { action, power };
}

/** An action for people, such as "deploy" or "power off". */
export function actionText({ action, power }: WantedAction): string {
  const word = (Action[action] ?? "unknown").toLowerCase().replaceAll("_", "-");
  return power === PowerChange.UNSPECIFIED ? word : `${word} ${(PowerChange[power] ?? "").toLowerCase()}`;
}

/** That a word is none of those there are, with the nearest of them. */
export function noSuch(what: string, word: string, words: readonly string[]): CliError {
  const near = suggest(word, words);
  const hint = near === undefined ? `write one of ${words.join(", ")}` : `did you mean ${near}?`;
  return new CliError(exitCode.usage, `${JSON.stringify(word)} is no ${what}`, hint);
}
