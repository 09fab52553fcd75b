import { homedir } from "node:os";
import { join } from "node:path";

/** Where `serve` keeps its data unless told otherwise. */
export function defaultDataDirectory(): string {
  return join(process.env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "bedplate");
}

/** Where servers leave word of themselves for commands of the same user: one file for each address. */
export function serverRecordPath(url: string): string {
  const state = process.env.XDG_STATE_HOME || join(homedir(), ".local", "state");
  return join(state, "bedplate", "servers", `${new URL(url).host.replaceAll(/[^A-Za-z0-9.-]/g, "_")}.json`);
}
