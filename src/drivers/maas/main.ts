import { fstatSync } from "node:fs";
import { createLog } from "./rpc/log.ts";
import { serve } from "./rpc/serve.ts";

const SOCKET_VARIABLE = "BEDPLATE_PLUGIN_SOCKET";
const PARENT_CHECK_MS = 2000;
const EXIT_USAGE = 2;

const log = createLog((line) => process.stderr.write(line));

/** Calls `gone` once when the process that started this one closes its end of stdin, or is no more. */
function watchParent(gone: (why: string) => void): void {
  const stdin = fstatSync(0, { throwIfNoEntry: false });
  if (stdin?.isFIFO() || stdin?.isSocket()) {
    process.stdin.once("end", () => gone("stdin was closed"));
    process.stdin.once("error", () => gone("stdin failed"));
    process.stdin.resume();
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) gone("the parent is gone");
  }, PARENT_CHECK_MS).unref();
}

async function run(): Promise<void> {
  const socket = process.env[SOCKET_VARIABLE] ?? "";
  if (socket === "") {
    log.error(`${SOCKET_VARIABLE} is not set: this is a plugin that Bedplate starts`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  const driver = await serve(socket, log);
  log.info("serving", { socket });
  let isClosing = false;
  const stop = (why: string): void => {
    if (isClosing) return;
    isClosing = true;
    log.info("stopping", { why });
    void driver.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", () => stop("SIGTERM"));
  process.once("SIGINT", () => stop("SIGINT"));
  watchParent(stop);
}

run().catch((error: unknown) => {
  log.error("cannot serve", { reason: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
});
