import { spawn } from "node:child_process";
import { curlRequest } from "./curl-request.ts";
import { type Carry, grpcurlCommand } from "./run-api.ts";
import type { Variables } from "./shell-words.ts";

const HEAD = 5;
const PROCESS_MS = 30_000;

/** Sends what an example's curl command says, without curl. */
export const carryByFetch: Carry = async ({ curl, messages }, variables) => {
  const { url, headers, body, streams } = curlRequest(curl, variables);
  const ending = new AbortController();
  const sent = streams ? enveloped(body) : body;
  const response = await fetch(url, { method: "POST", headers, body: sent, signal: ending.signal });
  if (!streams) return { status: response.status, answer: await response.json() };
  const answer = await readMessages(response, messages);
  ending.abort();
  return { status: response.status, answer };
};

/** Runs an example's curl command in a shell. */
export const carryByCurl: Carry = async ({ curl, messages, status }, variables) => {
  const { output, errors } = await runShell(curl, variables);
  if (messages > 0) return { status: 200, answer: envelopesOf(output).slice(0, messages) };
  try {
    // Whether it was refused is told by the message; the command doesn't print the status.
    const answer = JSON.parse(output.toString()) as object;
    return { status: "code" in answer && "message" in answer ? status : 200, answer };
  } catch {
    throw new Error(`${curl}: ${errors}${output.toString()}`);
  }
};

/** Runs the grpcurl command of an example in a shell; of one that is meant to be refused, curl. */
export const carryByGrpcurl: Carry = async (example, variables) => {
  if (example.status !== 200) return carryByCurl(example, variables);
  const { output, errors } = await runShell(grpcurlCommand(example), variables);
  const answers = jsonTexts(output.toString()).map((text): unknown => JSON.parse(text));
  if (answers.length === 0) throw new Error(`${grpcurlCommand(example)}: ${errors}`);
  return { status: 200, answer: example.messages > 0 ? answers.slice(0, example.messages) : answers[0] };
};

function enveloped(body: string): Buffer {
  const message = Buffer.from(body);
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

async function readMessages(response: Response, count: number): Promise<readonly unknown[]> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of response.body ?? []) {
    bytes = Buffer.concat([bytes, chunk as Uint8Array]);
    const found = envelopesOf(bytes);
    if (found.length >= count) return found.slice(0, count);
  }
  return envelopesOf(bytes);
}

/** The messages of whole envelopes. */
function envelopesOf(bytes: Buffer): readonly unknown[] {
  const found: unknown[] = [];
  for (let at = 0; at + HEAD <= bytes.length; ) {
    const end = at + HEAD + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    found.push(JSON.parse(bytes.subarray(at + HEAD, end).toString()));
    at = end;
  }
  return found;
}

/** The texts of records that stand one behind the other, each ending with a brace at the beginning of a line. */
function jsonTexts(output: string): readonly string[] {
  return output.split(/(?<=^\})\n/m).filter((text) => text.trim() !== "");
}

function runShell(
  command: string,
  variables: Variables,
): Promise<{ readonly output: Buffer; readonly errors: string }> {
  const { PATH, HOME } = process.env;
  const child = spawn("/bin/sh", ["-c", command], {
    env: { PATH, HOME, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PROCESS_MS,
  });
  const output: Buffer[] = [];
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve({ output: Buffer.concat(output), errors }));
  });
}
