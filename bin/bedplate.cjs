#!/usr/bin/env node
// The `bedplate` command. Bedplate's source is TypeScript that Node 24 runs directly; this file is plain CommonJS so that
// any older Node can start it, find the Node 24 that `npm ci` installed beside us, and hand over to it.
"use strict";

const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

const NEEDED_MAJOR = 24;
const CANNOT_START = 7;
const main = join(__dirname, "..", "src", "cli", "main.ts");

// Stripping types at each start costs more than the command itself; the cache keeps the result between starts.
process.env.NODE_COMPILE_CACHE ??= join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "bedplate", "compile");

if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) {
  require("node:module").enableCompileCache(process.env.NODE_COMPILE_CACHE);
  process.argv[1] = main;
  import(pathToFileURL(main).href).catch(fail);
} else {
  handOver(findNode());
}

function findNode() {
  const name = `node-${process.platform}-${process.arch}`;
  try {
    return require.resolve(`${name}/bin/node`);
  } catch {
    return fail(
      new Error(
        `Node ${NEEDED_MAJOR} or newer is needed, this is ${process.versions.node}, and the package ${name} is not installed; ` +
          `run "npm ci" in ${join(__dirname, "..")} or start bedplate with a newer Node`,
      ),
    );
  }
}

function handOver(node) {
  const watch = pathToFileURL(join(__dirname, "end-with-launcher.mjs")).href;
  // The fourth descriptor is a pipe that only this process holds open: its end tells the child that we are gone.
  const child = spawn(node, ["--import", watch, main, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: { ...process.env, BEDPLATE_LAUNCHER: String(process.pid) },
  });
  const forward = (signal) => {
    if (signal !== "SIGINT" || !terminalSignalsReachChild()) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  child.on("error", fail);
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    for (const each of signals) process.off(each, forward);
    process.kill(process.pid, signal);
  });
}

// Ctrl-C reaches every process in the terminal's foreground group, the child too; passing it on as well would look like
// a second, impatient Ctrl-C. In any other case the signal was meant for one process, and that is the child.
function terminalSignalsReachChild() {
  if (process.platform !== "linux") return process.stdin.isTTY === true;
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return group === foreground;
  } catch {
    return process.stdin.isTTY === true;
  }
}

function fail(error) {
  process.stderr.write(`bedplate: cannot start: ${error.message}\n`);
  process.exit(CANNOT_START);
}
