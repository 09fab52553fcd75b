import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { isPlanned } from "../../../src/mesh/method-role.ts";
import { type ApiExample, apiExamples } from "./api-examples.ts";
import { methodOf, streamBody } from "./curl-request.ts";
import type { Variables } from "./shell-words.ts";
import { showAnswer } from "./show-answer.ts";

/** What a call was answered: its status, and its message, or messages of a stream. */
export interface Answered {
  readonly status: number;
  readonly answer: unknown;
}

/** A way to carry an example out. */
export type Carry = (example: ApiExample, variables: Variables) => Promise<Answered>;

/**
 * Carries out the examples of the page in order, and answers with the same text, each example followed by the same call by grpcurl and by what was answered: a page
 * that tells the truth is returned as it is. `fail` is told of a call that ends with another status than said, and throws unless another is given.
 */
export async function runApi(markdown: string, given: Variables, carry: Carry, fail = failing): Promise<string> {
  const lines = markdown.split("\n");
  let shift = 0;
  await eachAnswer(
    markdown,
    given,
    carry,
    (example, answer) => {
      const told = [`\`\`\`${example.info}`, example.curl, "```", ""];
      if (example.status === 200) told.push("```sh grpcurl", grpcurlCommand(example), "```", "");
      told.push("```json", answer, "```");
      const length = example.to - example.from;
      const written = told.join("\n").split("\n");
      lines.splice(example.from + shift, length, ...written);
      shift += written.length - length;
    },
    fail,
  );
  return lines.join("\n");
}

/** Carries out the examples in order and hands over what a page shows of each answer. */
export async function eachAnswer(
  markdown: string,
  given: Variables,
  carry: Carry,
  take: (example: ApiExample, answer: string) => void,
  fail = failing,
): Promise<void> {
  const variables: Record<string, string> = { ...given };
  for (const example of apiExamples(markdown)) {
    const { status, answer } = await carry(example, variables);
    if (status !== example.status) {
      const words = `ended with ${status}, the page says ${example.status}`;
      fail(`line ${example.from + 1}: ${example.curl} ${words}: ${JSON.stringify(answer)}`);
      continue;
    }
    for (const [variable, path] of example.saves) variables[variable] = String(valueAt(answer, path));
    take(
      example,
      Array.isArray(answer) ? answer.slice(0, example.show).map(showAnswer).join("\n") : showAnswer(answer),
    );
  }
}

function failing(message: string): void {
  throw new Error(message);
}

/** The same call by grpcurl, with the body as it is written. */
export function grpcurlCommand({ curl, messages }: ApiExample): string {
  const method = methodOf(curl);
  const body = streamBody(curl) ?? /-d ('(?:[^']|'"\$\w+"')*')/.exec(curl)?.[1] ?? "'{}'";
  const limit = messages > 0 ? "-max-time 2 " : "";
  return `grpcurl -plaintext ${limit}-H "$AUTH" -d ${body} \\\n  $SERVER $SERVICE/${method}`;
}

function valueAt(answer: unknown, path: string): unknown {
  let value = answer;
  for (const step of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[step];
  if (value === undefined) throw new Error(`the answer has no ${path}: ${JSON.stringify(answer)}`);
  return value;
}

/** The same way, but an RPC of the orchestrator that is not built yet is taken as answered with nothing. */
export function builtOnly(carry: Carry): Carry {
  return (example, variables) => {
    const name = methodOf(example.curl);
    const method = OrchestratorService.methods.find((each) => each.name === name);
    if (method === undefined) throw new Error(`the orchestrator has no ${name}`);
    return isPlanned(method) ? Promise.resolve({ status: example.status, answer: {} }) : carry(example, variables);
  };
}
