import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runMaasSim } from "./main.ts";
import { authorization } from "./testing/sim-client.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "maas-sim-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command; once it listens, `use` gets its address, then it is stopped. */
async function run(args: readonly string[], use: (url: string) => Promise<void> = async () => {}): Promise<Run> {
  const stop = new AbortController();
  let out = "";
  let err = "";
  let used = Promise.resolve();
  const output = {
    stdout(text: string) {
      out += text;
      const url = /listening on (\S+)/.exec(text)?.[1];
      if (url !== undefined) used = use(url).finally(() => stop.abort());
    },
    stderr(text: string) {
      err += text;
    },
  };
  const code = await runMaasSim(args, output, stop.signal);
  await used;
  return { code, out, err };
}

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

test("listens, says where and with which key, and stops with 0", async () => {
  const result = await run(["--listen", "127.0.0.1:0", "--api-key", "a:b:c", "--speed", "instant"], async (url) => {
    expect(await (await fetch(`${url}api/2.0/version/`)).json()).toMatchObject({ version: "3.7.3" });
  });
  expect(result).toEqual({
    code: 0,
    out: expect.stringMatching(/^listening on http:\/\/127\.0\.0\.1:\d+\/MAAS\/ api key given\n$/),
    err: "",
  });
});

test("a generated key goes to a file for its owner only, and is found there again", async () => {
  const key = join(folder, "key");
  const args = ["--listen", "127.0.0.1:0", "--api-key-file", key];
  expect((await run(args)).out).toContain(`api key in ${key}\n`);
  expect(statSync(key).mode & 0o777).toBe(0o600);
  const content = readFileSync(key, "utf8");
  expect(content).toMatch(/^[0-9a-f]{18}:[0-9a-f]{18}:[0-9a-f]{32}\n$/);
  await run(args);
  expect(readFileSync(key, "utf8")).toBe(content);
});

test("without any key, one is generated for this run alone", async () => {
  let key = "";
  const result = await run(["--listen", "127.0.0.1:0"], async () => {
    key = readdirSync(tmpdir()).find((name) => name.startsWith(`bedplate-maas-sim-${process.pid}-`)) ?? "";
    expect(statSync(join(tmpdir(), key)).mode & 0o777).toBe(0o600);
  });
  expect(result.out).toContain(join(tmpdir(), key));
  expect(existsSync(join(tmpdir(), key))).toBe(false);
});

test("the world's key is named by the world's file, and writes go to the ledger file", async () => {
  const world = file("world.json", { api_key: "a:b:c" });
  const ledger = join(folder, "ledger");
  const result = await run(["--listen", "127.0.0.1:0", "--world", world, "--ledger", ledger], async (url) => {
    const parts = { oauth_consumer_key: "a", oauth_token: "b", oauth_signature: "&c" };
    const headers = { authorization: authorization(Math.floor(Date.now() / 1000), parts) };
    const made = await fetch(`${url}api/2.0/fabrics/`, {
      method: "POST",
      headers,
      body: new URLSearchParams({ name: "x" }),
    });
    expect(made.status).toBe(200);
  });
  expect(result.out).toContain(`api key in ${world}\n`);
  expect(JSON.parse(readFileSync(ledger, "utf8"))).toMatchObject({ seq: 1, object: { kind: "fabric" } });
});

test("a port in use: one line, 7", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    const result = await run(["--listen", `127.0.0.1:${port}`, "--api-key", "a:b:c"]);
    expect(result).toEqual({
      code: 7,
      out: "",
      err: `error: 127.0.0.1:${port} is in use by another process; choose another --listen address\n`,
    });
  } finally {
    server.close();
  }
});

test.each<[string, readonly string[], number, string]>([
  ["an unknown option", ["--colour", "red"], 2, "Unknown option '--colour'"],
  ["a positional argument", ["x"], 2, "Unexpected argument 'x'"],
  ["an address that is none", ["--listen", "nowhere"], 2, "--listen nowhere is not HOST:PORT"],
  ["a speed that is none", ["--speed", "fast"], 2, "--speed fast is neither"],
  ["a key that is none", ["--api-key", "abc"], 2, "--api-key: the API key must be consumer:token:secret"],
  ["a missing world", ["--world", "/nonexistent/world.json"], 2, "can't read the world file (ENOENT)"],
])("%s: %s exits with %i", async (_name, args, code, text) => {
  const result = await run(args);
  expect([result.code, result.out, result.err]).toEqual([code, "", expect.stringContaining(text)]);
  expect(result.err.trimEnd().split("\n")).toHaveLength(1);
});

test("a world with faults: each at its place, 1", async () => {
  const world = file("world.json", {
    machines: [{ hostname: "a", nics: [{ name: "a", mac: "x", pci_address: "y" }] }],
  });
  const result = await run(["--world", world]);
  expect([result.code, result.err]).toEqual([
    1,
    expect.stringMatching(
      /world\.json: machines\[0\]\.nics\[0\]\.mac: .*\n.*world\.json: machines\[0\]\.nics\[0\]\.pci_address: .*\n$/,
    ),
  ]);
  expect((await run(["--world", file("bad.json", "{")])).code).toBe(1);
  const config = await run([
    "--world",
    file("config.json", { config: { nope: "1" } }),
    "--listen",
    "127.0.0.1:0",
    "--api-key",
    "a:b:c",
  ]);
  expect([config.code, config.err]).toEqual([1, expect.stringContaining("config.nope: no such setting")]);
});

test("--help", async () => {
  const result = await run(["--help"]);
  expect([result.code, result.out]).toEqual([0, expect.stringContaining("Usage: bedplate maas-sim")]);
});
