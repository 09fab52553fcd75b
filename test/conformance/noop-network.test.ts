import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { builtInPlugins } from "../../src/plugins/built-in-plugins.ts";
import { runConformance } from "../../src/plugins/conformance/run-conformance.ts";
import { temporaryDirectory } from "./fixtures/start-host.ts";

const noop = builtInPlugins().find(({ name }) => name === "noop-network");
const [program, ...args] = [noop?.command ?? "", ...(noop?.args ?? [])];

test("noop-network conforms", async () => {
  const command = [program, ...args];
  const verdicts = await runConformance({ command, kind: "network" });
  expect(verdicts.filter(({ outcome }) => outcome === "fail")).toEqual([]);
  expect(verdicts.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    "C01 pass",
    "C02 pass",
    "C03 pass",
    "C04 pass",
    "C05 pass",
    "C08 pass",
    "C12 pass",
    "C13 pass",
    "C15 pass",
    "C19 pass",
    "C20 pass",
    "C23 pass",
    "C24 pass",
    "C25 skip",
  ]);
});

test("one that runs already is judged by its socket, and lives on", async () => {
  const socket = join(temporaryDirectory(), "s");
  const plugin = spawn(program, args, { env: { BEDPLATE_PLUGIN_SOCKET: socket }, stdio: "ignore" });
  onTestFinished(() => void plugin.kill("SIGKILL"));
  await vi.waitFor(() => expect(existsSync(socket)).toBe(true), { timeout: 60_000 });

  const fallen: string[] = [];
  const verdicts = await runConformance({ socket, kind: "network", onVerdict: ({ id }) => void fallen.push(id) });
  expect(verdicts.filter(({ outcome }) => outcome === "fail")).toEqual([]);
  const skipped = verdicts.filter(({ reason }) => reason === "needs the command that starts the plugin");
  expect(skipped.map(({ id }) => id)).toEqual(["C01", "C05"]);
  expect(fallen.sort()).toEqual(verdicts.map(({ id }) => id));
  expect(plugin.exitCode).toBe(null);
});
