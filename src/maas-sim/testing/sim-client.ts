import { randomUUID } from "node:crypto";
import { createManualScheduler, type ManualScheduler } from "../scheduler.ts";
import { type MaasSim, type MaasSimOptions, startMaasSim } from "../start-maas-sim.ts";
import type { World } from "../world/world.ts";
import { testWorld } from "./world.ts";

/** What came back. `body` is the parsed JSON, or undefined for another content type. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** Form fields: a list repeats the key. */
export type Fields = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;

/** A running simulator whose clock stands still, and a signed client of it. */
export interface SimClient {
  readonly sim: MaasSim;
  readonly clock: ManualScheduler;
  get(path: string): Promise<Answer>;
  post(path: string, fields?: Fields): Promise<Answer>;
  put(path: string, fields: Fields): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** The control endpoint: GET without a body, else POST. */
  control(path: string, body?: unknown): Promise<Answer>;
  /** Anything else; signed unless it brings its own authorization header. */
  send(path: string, init: RequestInit): Promise<Answer>;
}

/** The key of the tests' simulators. */
export const KEY = { consumer: "cons", token: "tok", secret: "s3cret" } as const;

/** An authorization header; any part can be replaced. */
export function authorization(seconds: number, parts: Readonly<Record<string, string | undefined>> = {}): string {
  const values: Record<string, string | undefined> = {
    oauth_version: "1.0",
    oauth_signature_method: "PLAINTEXT",
    oauth_consumer_key: KEY.consumer,
    oauth_token: KEY.token,
    oauth_signature: `&${KEY.secret}`,
    oauth_nonce: randomUUID(),
    oauth_timestamp: String(seconds),
    ...parts,
  };
  const shown = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${encodeURIComponent(value)}"`],
  );
  return `OAuth ${shown.join(", ")}`;
}

/** Runs `test` against a simulator of its own, and closes it. */
export async function withSim(
  test: (client: SimClient) => Promise<void>,
  world: World = testWorld(),
  options: Partial<MaasSimOptions> = {},
): Promise<void> {
  const clock = createManualScheduler(Date.UTC(2026, 0, 1));
  const faults: unknown[] = [];
  const sim = await startMaasSim({
    world,
    apiKey: KEY,
    scheduler: clock,
    onFault: (error) => faults.push(error),
    ...options,
  });
  try {
    await test(createClient(sim, clock));
    if (faults.length > 0) throw faults[0];
  } finally {
    await sim.close();
  }
}

function createClient(sim: MaasSim, clock: ManualScheduler): SimClient {
  const send: SimClient["send"] = async (path, init) => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", authorization(Math.floor(clock.now() / 1000)));
    return read(await fetch(`${sim.url}api/2.0/${path}`, { ...init, headers }));
  };
  return {
    sim,
    clock,
    send,
    get: (path) => send(path, {}),
    post: (path, fields = {}) => send(path, { method: "POST", body: encode(fields) }),
    put: (path, fields) => send(path, { method: "PUT", body: encode(fields) }),
    delete: (path) => send(path, { method: "DELETE" }),
    control: async (path, body) =>
      read(
        await fetch(
          `${sim.controlUrl}${path}`,
          body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
        ),
      ),
  };
}

function encode(fields: Fields): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) params.append(name, String(item));
  }
  return params;
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  const body: unknown = type.startsWith("application/json") ? JSON.parse(text) : undefined;
  return { status: response.status, type, headers: response.headers, text, body };
}

/** The value at a path within parsed JSON; undefined where it leads nowhere. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

/** The id, a number, of an answered object. */
export function idOf(answer: Answer): number {
  const id = at(answer.body, "id");
  if (typeof id !== "number") throw new Error(`no id in ${answer.status} ${answer.text}`);
  return id;
}

/** The members of an answered list. */
export function listOf(answer: Answer): unknown[] {
  if (!Array.isArray(answer.body)) throw new Error(`no list in ${answer.status} ${answer.text}`);
  return answer.body;
}
