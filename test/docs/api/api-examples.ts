/** An example of the page: a curl command, with what follows it, the same call by grpcurl and the answer. Lines count from 0; `to` is behind the last. */
export interface ApiExample {
  readonly from: number;
  readonly to: number;
  readonly info: string;
  readonly curl: string;
  /** What the page has now. */
  readonly grpcurl?: string;
  readonly answer?: string;
  /** Variables that take a value of the answer, each by its path in it. */
  readonly saves: ReadonlyArray<readonly [variable: string, path: string]>;
  /** Status of a call that is meant to be refused; such an example is by curl only. */
  readonly status: number;
  /** How many messages of a stream are shown; 0 when it is none. */
  readonly messages: number;
  /** How many of them are printed. */
  readonly show: number;
}

interface Block {
  readonly info: string;
  readonly text: string;
  readonly to: number;
}

/** The examples of the page, in order: every block that begins with "sh curl", and the blocks "sh grpcurl" and "json" directly behind it. */
export function apiExamples(markdown: string): readonly ApiExample[] {
  const lines = markdown.split("\n");
  const examples: ApiExample[] = [];
  for (let at = 0; at < lines.length; at++) {
    const block = blockAt(lines, at);
    if (block === undefined) continue;
    if (!/^sh curl\b/.test(block.info)) {
      at = block.to - 1;
      continue;
    }
    const from = at;
    let to = block.to;
    const grpcurl = blockBehind(lines, to, "sh grpcurl");
    to = grpcurl?.to ?? to;
    const answer = blockBehind(lines, to, "json");
    to = answer?.to ?? to;
    examples.push({
      ...{ from, to, info: block.info, curl: block.text },
      ...(grpcurl !== undefined && { grpcurl: grpcurl.text }),
      ...(answer !== undefined && { answer: answer.text }),
      saves: [...block.info.matchAll(/\bsave=(\w+):(\S+)/g)].map(([, variable = "", path = ""]) => [variable, path]),
      status: Number(/\bstatus=(\d+)/.exec(block.info)?.[1] ?? 200),
      messages: Number(/\bmessages=(\d+)/.exec(block.info)?.[1] ?? 0),
      show: Number(/\bshow=(\d+)/.exec(block.info)?.[1] ?? 1_000),
    });
    at = to - 1;
  }
  return examples;
}

function blockAt(lines: readonly string[], at: number): Block | undefined {
  const info = /^```(\S.*)$/.exec(lines[at] ?? "")?.[1];
  if (info === undefined) return undefined;
  const end = lines.indexOf("```", at + 1);
  if (end < 0) throw new Error(`line ${at + 1}: a block that is never closed`);
  return { info, text: lines.slice(at + 1, end).join("\n"), to: end + 1 };
}

function blockBehind(lines: readonly string[], at: number, info: string): Block | undefined {
  let next = at;
  while (lines[next] === "") next++;
  const block = blockAt(lines, next);
  return block?.info === info ? block : undefined;
}
