import { readFile, stat } from "node:fs/promises";
import { type DescMessage, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { type JobPolicy, JobPolicySchema } from "../../../gen/bedplate/type/v1/job_policy_pb.js";
import { suggest } from "../../text/suggest.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { stepWords } from "../step-word.ts";

/** The most a policy file may have, in bytes. */
const LARGEST = 256 * 1024;

/**
 * Reads a job policy from a YAML or JSON file, in the field names of the contract, which are those of a site's `job_policy`. Throws CliError for a file that can't be
 * read, a key the policy doesn't have (with the nearest one) and a step no job has.
 */
export async function readPolicyFile(path: string): Promise<JobPolicy> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile() || found.size > LARGEST) {
    throw new CliError(exitCode.usage, `${path} is no policy file`, "name a file with nodes_at_once, steps, failure …");
  }
  const { load } = await import("js-yaml");
  let value: unknown;
  try {
    value = load(await readFile(path, "utf8"));
  } catch (error) {
    const [reason = ""] = (error as Error).message.split("\n");
    throw new CliError(exitCode.usage, `${path} can't be read as YAML: ${reason}`, "correct it there");
  }
  checkKeys(path, JobPolicySchema, value, "");
  try {
    const policy = fromJson(JobPolicySchema, value as JsonValue);
    for (const { step = "" } of policy.steps) checkStep(path, step);
    return policy;
  } catch (error) {
    if (error instanceof CliError) throw error;
    const reason = (error as Error).message.replace(
      /^cannot decode (?:message|field) [\w.]+\.v1\.(?:\w+\.)?(\w+) from JSON: /,
      "$1: ",
    );
    throw new CliError(
      exitCode.usage,
      `${path} is no job policy: ${reason}`,
      "see job_policy of kind Site in bedplate schema",
    );
  }
}

function checkKeys(path: string, schema: DescMessage, value: unknown, at: string): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const message = `${path}: ${at === "" ? "the policy" : at} is a mapping`;
    throw new CliError(exitCode.usage, message, `keys are ${keysOf(schema).join(", ")}`);
  }
  for (const [key, member] of Object.entries(value)) {
    const field = schema.fields.find(({ name }) => name === key);
    const where = at === "" ? key : `${at}.${key}`;
    if (field === undefined) {
      const near = suggest(key, keysOf(schema));
      const hint = near === undefined ? `keys are ${keysOf(schema).join(", ")}` : `did you mean ${near}?`;
      throw new CliError(exitCode.usage, `${path}: a job policy has no ${where}`, hint);
    }
    if (field.fieldKind === "message") checkKeys(path, field.message, member, where);
    if (field.fieldKind === "list" && field.listKind === "message" && Array.isArray(member)) {
      for (const [index, each] of member.entries()) checkKeys(path, field.message, each, `${where}[${index}]`);
    }
  }
}

function keysOf(schema: DescMessage): readonly string[] {
  return schema.fields.map(({ name }) => name);
}

function checkStep(path: string, step: string): void {
  if (step === "*" || stepWords.includes(step)) return;
  const near = suggest(step, stepWords);
  const hint = near === undefined ? `kinds are ${stepWords.join(", ")}` : `did you mean ${near}?`;
  throw new CliError(exitCode.usage, `${path}: no job has steps of kind ${JSON.stringify(step)}`, hint);
}
