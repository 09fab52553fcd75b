import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** How a command ended and what it printed. */
export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `bedplate` in the repository's folder, as a process of its own, to its end. It may never print a stack trace. */
export async function bedplate(args: readonly string[], preload: readonly string[] = []): Promise<CommandEnd> {
  const flags = ["--disable-warning=ExperimentalWarning", ...preload];
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, NO_COLOR: "1" };
  const child = spawn(process.execPath, [...flags, "src/cli/main.ts", ...args], {
    ...{ cwd: root, env, timeout: 60_000, stdio: ["ignore", "pipe", "pipe"] },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  expect(`${stdout}\n${stderr}`).not.toMatch(/^\s+at .*[(/:]/m);
  expect(stderr).not.toMatch(/fault of Bedplate/);
  return { code, stdout, stderr };
}
