import { shellWords, type Variables } from "./shell-words.ts";

/** A request as a curl command says it. */
export interface CurlRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the answer is a stream of enveloped messages. */
  readonly streams: boolean;
}

/**
 * The request of an example's curl command. A stream's is written in two lines: `BODY='…'`, and a pipe that puts the five bytes of an envelope before it. Throws for
 * options the reader of this page would have to look up.
 */
export function curlRequest(text: string, variables: Variables): CurlRequest {
  const quoted = streamBody(text);
  const body = quoted === undefined ? undefined : shellWords(quoted, variables)[0];
  const command = body === undefined ? text : text.slice(text.indexOf("| curl") + 2);
  const [program, ...words] = shellWords(command, variables);
  if (program !== "curl") throw new Error(`expected curl: ${text}`);
  const headers: Record<string, string> = {};
  let url = "";
  let data = "";
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "-H") {
      const [name = "", value = ""] = (words[++at] ?? "").split(/:\s*/, 2);
      headers[name] = value;
    } else if (word === "-d") data = words[++at] ?? "";
    else if (word === "--data-binary" && words[++at] === "@-") data = body ?? "";
    else if (word === "--max-time") at++;
    else if (/^https?:/.test(word)) url = word;
    else if (word !== "-sS" && word !== "-sSN") throw new Error(`${word} is not expected of curl here: ${text}`);
  }
  return { url, headers, body: data, streams: body !== undefined };
}

/** The name of the RPC that an example's curl command calls. */
export function methodOf(text: string): string {
  const name = /\$(?:STATE|JOBS)\/(\w+)/.exec(text)?.[1];
  if (name === undefined) throw new Error(`expected a call below $STATE or $JOBS: ${text}`);
  return name;
}

/** The body of a stream's request as the shell reads it, with its quotes; undefined where it is no stream. */
export function streamBody(text: string): string | undefined {
  return /^BODY=((?:'[^']*'|"\$\w+")+)\n/.exec(text)?.[1];
}
