// node test/support/start-postgres.ts COMMAND [ARGUMENT…]: runs the command with DATABASE_URL naming a PostgreSQL started
// for it alone, and ends with the command's exit code. Whatever happens, the server is stopped and its files are removed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { startPrivatePostgres } from "./private-postgres.ts";

const [command, ...parameters] = process.argv.slice(2);

if (command === undefined) {
  console.error("usage: start-postgres.ts COMMAND [ARGUMENT…]");
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await runWithPostgres(command, parameters);
  } catch (error) {
    console.error(`start-postgres: ${(error as Error).message}`);
    process.exitCode = 7;
  }
}

async function runWithPostgres(program: string, words: readonly string[]): Promise<number> {
  const ending = new AbortController();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, () => ending.abort(signal));
  const database = await startPrivatePostgres();
  try {
    if (ending.signal.aborted) return 128 + constants.signals[ending.signal.reason as (typeof signals)[number]];
    console.log(`${database.version} at ${database.url}`);
    const child = spawn(program, words, { stdio: "inherit", env: { ...process.env, DATABASE_URL: database.url } });
    ending.signal.addEventListener("abort", () => child.kill(ending.signal.reason));
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal ?? "SIGKILL"];
  } finally {
    await database.stop();
  }
}
