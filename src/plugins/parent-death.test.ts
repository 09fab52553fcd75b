import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test, vi } from "vitest";
import { fixture, type LogLine, temporaryDirectory } from "../../test/conformance/fixtures/start-host.ts";
import { builtInPlugins } from "./built-in-plugins.ts";
import { createSocketDirectory } from "./socket-directory.ts";

async function startCore(socketDir: string): Promise<{ core: ChildProcess; plugin: number }> {
  const noop = builtInPlugins().find(({ name }) => name === "noop-network");
  if (noop === undefined) throw new Error("noop-network is built in");
  const { command, args } = fixture("host-process.ts", socketDir, noop.command, ...noop.args);
  const core = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void core.kill("SIGKILL"));
  if (core.stdout === null) throw new Error("the core's log is a pipe");
  for await (const line of createInterface(core.stdout)) {
    const { msg, pid } = JSON.parse(line) as LogLine;
    if (msg === "plugin started") return { core, plugin: Number(pid) };
  }
  throw new Error("the core ended before it had started the plugin");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("a plugin ends and removes its socket when the core is killed, and the next core sweeps up", async () => {
  const socketDir = temporaryDirectory();
  const { core, plugin } = await startCore(socketDir);
  expect(isAlive(plugin)).toBe(true);
  const [directory = ""] = readdirSync(socketDir);
  expect(readdirSync(join(socketDir, directory))).toEqual(["1.sock"]);

  core.kill("SIGKILL");
  await vi.waitFor(() => expect(isAlive(plugin)).toBe(false), { timeout: 60_000 });
  expect(readdirSync(join(socketDir, directory))).toEqual([]);

  createSocketDirectory(socketDir).remove();
  expect(existsSync(join(socketDir, directory))).toBe(false);
});
