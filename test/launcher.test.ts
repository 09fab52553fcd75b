import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Stands in for the command line: says who it is, then ends, or waits to be told to. */
const MAIN = `
const [exit] = process.argv.slice(2);
process.on("SIGTERM", () => { console.log("told to end"); process.exit(9); });
process.on("SIGINT", () => { console.log("interrupted"); process.exit(130); });
console.log(JSON.stringify({ pid: process.pid, major: Number.parseInt(process.versions.node, 10), execArgv: process.execArgv }));
if (exit !== undefined) process.exit(Number(exit));
setInterval(() => {}, 1000);
`;

/** Makes the Node that runs the launcher claim to be an old one; what the launcher starts is not affected. */
const OLD = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.9.0" } });`;

let checkout: string;
const running: ChildProcessWithoutNullStreams[] = [];

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "bedplate-launcher-"));
  cpSync(join(root, "bin"), join(checkout, "bin"), { recursive: true });
  mkdirSync(join(checkout, "src", "cli"), { recursive: true });
  writeFileSync(join(checkout, "src", "cli", "main.ts"), MAIN);
  writeFileSync(join(checkout, "package.json"), `{"type":"module"}`);
  writeFileSync(join(checkout, "old.cjs"), OLD);
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  rmSync(checkout, { recursive: true, force: true });
});

function launch(version: "old" | "new", ...parameters: string[]): ChildProcessWithoutNullStreams {
  const preload = version === "old" ? ["--require", join(checkout, "old.cjs")] : [];
  const env = { ...process.env, NODE_COMPILE_CACHE: join(checkout, "cache") };
  const child = spawn(process.execPath, [...preload, join(checkout, "bin", "bedplate.cjs"), ...parameters], { env });
  running.push(child);
  return child;
}

function installNode(): void {
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
}

type Greeting = { readonly pid: number; readonly major: number; readonly execArgv: readonly string[] };

/** What the command printed: its greeting, and a promise of the lines after it, kept once its output is closed. */
async function outputOf(
  child: ChildProcessWithoutNullStreams,
): Promise<{ greeting: Greeting; rest: Promise<string[]> }> {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  return {
    greeting: JSON.parse(first.value ?? "null"),
    rest: Array.fromAsync({ [Symbol.asyncIterator]: () => lines }),
  };
}

describe.each(["old", "new"] as const)("started by a Node that is %s", (version) => {
  beforeEach(installNode);

  test("runs the command on Node 24 or newer and passes its exit code on", async () => {
    const child = launch(version, "5");
    const exit = once(child, "exit");
    const { greeting } = await outputOf(child);
    const [code] = await exit;
    expect(greeting.major).toBeGreaterThanOrEqual(24);
    expect(code).toBe(5);
  });

  test.each([
    ["SIGTERM", "told to end", 9],
    ["SIGINT", "interrupted", 130],
  ] as const)("passes %s on", async (signal, answer, expected) => {
    const child = launch(version);
    const { rest } = await outputOf(child);
    child.kill(signal);
    const [code] = await once(child, "exit");
    expect(await rest).toEqual([answer]);
    expect(code).toBe(expected);
  });

  test("dies with the signal that killed the command", async () => {
    const child = launch(version);
    const { greeting } = await outputOf(child);
    process.kill(greeting.pid, "SIGKILL");
    const [code, signal] = await once(child, "exit");
    expect([code, signal]).toEqual([null, "SIGKILL"]);
  });

  test("leaves nothing running when it is killed outright", async () => {
    const child = launch(version);
    const { greeting, rest } = await outputOf(child);
    expect(greeting.execArgv.filter((word) => word.includes("import"))).toEqual([]);
    child.kill("SIGKILL");
    // The output ends when the last process that could write to it is gone.
    expect(await rest).toEqual([]);
  });
});

test("an old Node without the package that brings a newer one is told what to do, in one line", async () => {
  const child = launch("old");
  const [output, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect(output.trimEnd().split("\n")).toHaveLength(1);
  expect(output).toContain("Node 24 or newer is needed, this is 20.9.0");
  expect(output).toContain('run "npm ci"');
  expect(code).toBe(7);
});
