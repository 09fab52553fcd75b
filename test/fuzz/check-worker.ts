import { parentPort } from "node:worker_threads";
import { checkInput } from "./check-input.ts";
import type { FuzzInput } from "./input.ts";

// Checks one input after the other, so that one that never ends can be stopped from outside.
parentPort?.on("message", (input: FuzzInput) => parentPort?.postMessage(checkInput(input) ?? null));
parentPort?.postMessage("ready");
