import { fileURLToPath } from "node:url";
import type { PluginCommand } from "./plugin-command.ts";

const BUILT_IN = ["maas", "noop-network", "simulator"];

/** The plugins that come with Bedplate. They run on the Node that runs the core, as processes like any other plugin. */
export function builtInPlugins(): PluginCommand[] {
  return BUILT_IN.map((name) => ({
    name,
    command: process.execPath,
    args: [
      "--disable-warning=ExperimentalWarning",
      // A driver waits far more than it computes: a small nursery saves memory at no cost that shows.
      "--max-semi-space-size=2",
      fileURLToPath(new URL(`../drivers/${name}/main.ts`, import.meta.url)),
    ],
  }));
}
