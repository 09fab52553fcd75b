import { spawn } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ConsoleBlock, guideBlocks } from "./guide-blocks.ts";

const root = join(import.meta.dirname, "..", "..");

/** Where a guide's commands run. */
export interface GuideWorld {
  /** Variables of theirs beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** Brings in what the guide takes for granted, before its first block. */
  readonly prepare?: (directory: string) => void;
}

/**
 * Carries out a guide: in an empty directory, makes the files of its blocks and runs the commands of its consoles for real, in order. Answers with the same
 * text, each command followed by what it printed: a guide that tells the truth is returned as it is. Throws for a command that ends with another code than said.
 */
export async function runGuide(markdown: string, world: GuideWorld = {}): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "bedplate-guide-"));
  const programs = mkdtempSync(join(tmpdir(), "bedplate-guide-bin-"));
  try {
    world.prepare?.(directory);
    writeProgram(join(programs, "bedplate"));
    const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
    const env = { HOME, TMPDIR, NODE_COMPILE_CACHE, NO_COLOR: "1", ...world.env, PATH: `${programs}:${PATH}` };
    const lines = markdown.split("\n");
    let shift = 0;
    for (const block of guideBlocks(markdown)) {
      if (block.type === "file") {
        const path = join(directory, block.path);
        mkdirSync(dirname(path), { recursive: true });
        (block.append ? appendFileSync : writeFileSync)(path, block.text);
        continue;
      }
      const told = await runConsole(block, directory, env);
      const length = block.to - block.from - 1;
      lines.splice(block.from + shift, length, ...told);
      shift += told.length - length;
    }
    return lines.join("\n");
  } finally {
    rmSync(directory, { recursive: true });
    rmSync(programs, { recursive: true });
  }
}

/** What a terminal shows of a block's commands. */
async function runConsole(
  { commands, exit, from }: ConsoleBlock,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const told: string[] = [];
  for (const [index, { command, written }] of commands.entries()) {
    const { code, output } = await runCommand(command, cwd, env);
    const expected = index === commands.length - 1 ? exit : 0;
    if (code !== expected) {
      throw new Error(`line ${from}: "${command}" ended with ${code}, the guide says ${expected}:\n${output}`);
    }
    told.push(...written, ...(output === "" ? [] : output.replace(/\n$/, "").split("\n")));
  }
  return told;
}

function runCommand(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn("/bin/sh", ["-c", `exec 2>&1\n${command}`], {
    ...{ cwd, env, timeout: 60_000, stdio: ["ignore", "pipe", "ignore"] },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** `bedplate` as its readers have it, run from the source. */
function writeProgram(path: string): void {
  const main = join(root, "src", "cli", "main.ts");
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${main}" "$@"\n`);
  chmodSync(path, 0o755);
}
