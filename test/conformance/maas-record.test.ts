import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { at, withSim } from "../../src/maas-sim/testing/sim-client.ts";

/** A request to a real MAAS 3.7.3 and what it answered, as far as it matters; `section` is where the page of its API says so. */
interface Pair {
  readonly section: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly form?: Readonly<Record<string, string | readonly string[]>>;
    readonly anonymous?: boolean;
  };
  readonly answer: {
    readonly status: number;
    readonly type?: string;
    /** A part of the text. */
    readonly text?: string;
    /** Members that must be there; texts as parts, lists by their first members, an empty list for any. */
    readonly body?: unknown;
  };
  /** Values of the answer that later requests name as `{name}`. */
  readonly save?: Readonly<Record<string, string>>;
  /** How much time passes before, in milliseconds. */
  readonly advance_ms?: number;
}

const pairs = JSON.parse(readFileSync(join(import.meta.dirname, "fixtures/maas-record.json"), "utf8")) as Pair[];

test("the simulated MAAS answers what a real one answered, request by request", () =>
  withSim(async (client) => {
    const saved = new Map<string, string>();
    const fill = (text: string): string =>
      text.replace(/\{(\w+)\}/g, (whole, name: string) => saved.get(name) ?? whole);
    for (const { section, request, answer, save, advance_ms } of pairs) {
      if (advance_ms !== undefined) client.clock.advance(advance_ms);
      const { method, form, anonymous } = request;
      const path = fill(request.path);
      const body = new URLSearchParams(
        Object.entries(form ?? {}).flatMap(([name, value]) =>
          [value].flat().map((one): [string, string] => [name, fill(one)]),
        ),
      );
      const told = await client.send(path, {
        method,
        ...(form !== undefined && { body }),
        ...(anonymous && { headers: { authorization: "" } }),
      });
      const what = `${section}: ${method} ${path} ${body}`;
      expect([what, told.status]).toEqual([what, answer.status]);
      if (answer.type !== undefined) expect([what, told.type.split(";")[0]]).toEqual([what, answer.type]);
      if (answer.text !== undefined) expect(`${what}: ${told.text}`).toContain(fill(answer.text));
      if (answer.body !== undefined) expect([what, missing(answer.body, told.body)]).toEqual([what, []]);
      for (const [name, place] of Object.entries(save ?? {})) {
        const keys = place.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
        saved.set(name, String(at(told.body, ...keys)));
      }
    }
    expect(pairs.length).toBeGreaterThan(90);
  }));

/** What of a wanted value isn't in a found one, by path. */
function missing(wanted: unknown, found: unknown, path = ""): string[] {
  if (typeof wanted === "string")
    return typeof found === "string" && found.includes(wanted) ? [] : [`${path}: ${JSON.stringify(found)}`];
  if (typeof wanted !== "object" || wanted === null)
    return wanted === found ? [] : [`${path}: ${JSON.stringify(found)}`];
  if (Array.isArray(wanted) && !Array.isArray(found)) return [`${path}: ${JSON.stringify(found)}`];
  return Object.entries(wanted).flatMap(([key, value]) => missing(value, at(found, key), `${path}.${key}`));
}
