import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withDatabaseEnvironment } from "../support/database.ts";
import { bedplate, type Running, running } from "./support/bedplate.ts";

interface Server {
  readonly url: string;
  readonly data: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly process: Running;
}

async function withServer(work: (server: Server) => Promise<void>): Promise<void> {
  await withDatabaseEnvironment(async (database) => {
    const folder = await mkdtemp(join(tmpdir(), "bedplate-server-"));
    const environment = { ...database, XDG_STATE_HOME: join(folder, "state"), XDG_DATA_HOME: join(folder, "share") };
    const data = join(folder, "data");
    const started = await running(["serve", "--listen", "127.0.0.1:0", "--data", data], /^listening on /, environment);
    try {
      await work({ url: started.line.slice("listening on ".length), data, environment, process: started });
    } finally {
      await started.end();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

const post = (url: string, method: string, headers: Record<string, string> = {}, body = "{}") =>
  fetch(`${url}/${method}`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

test(
  "everything but GetServerInfo wants the token that serve leaves in a file only its owner can read",
  { timeout: 120_000 },
  () =>
    withServer(async ({ url, data }) => {
      const info = await post(url, "bedplate.control.v1.ControlService/GetServerInfo");
      expect([info.status, ((await info.json()) as { version: string }).version]).toEqual([200, expect.any(String)]);
      const refused = await post(url, "bedplate.control.v1.ControlService/WhoAmI");
      expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([401, "unauthenticated"]);
      const file = join(data, "admin.token");
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const token = (await readFile(file, "utf8")).trim();
      const me = await post(url, "bedplate.control.v1.ControlService/WhoAmI", { authorization: `Bearer ${token}` });
      expect(await me.json()).toEqual({ name: "admin", role: "ROLE_ADMIN" });
    }),
);

test("commands on the same machine find the token by themselves", { timeout: 120_000 }, () =>
  withServer(async ({ url, environment }) => {
    const listed = await bedplate(["driver", "list", "--server", url, "-o", "json"], environment);
    expect([listed.code, JSON.parse(listed.stdout)]).toEqual([0, { drivers: [] }]);
  }),
);

test("a port or a data directory that is taken: one line, the next step, exit code 7", { timeout: 120_000 }, () =>
  withServer(async ({ url, data, environment }) => {
    const other = await mkdtemp(join(tmpdir(), "bedplate-other-"));
    try {
      const port = await bedplate(["serve", "--listen", new URL(url).host, "--data", join(other, "data")], environment);
      expect([port.code, port.stderr.trim().split("\n").length]).toEqual([7, 1]);
      expect(port.stderr).toContain(new URL(url).host);
      const taken = await bedplate(["serve", "--listen", "127.0.0.1:0", "--data", data], environment);
      expect([taken.code, taken.stderr.trim().split("\n").length]).toEqual([7, 1]);
      expect((await post(url, "bedplate.control.v1.ControlService/GetServerInfo")).status).toBe(200);
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  }),
);

test("requests that break HTTP leave the server alive", { timeout: 120_000 }, () =>
  withServer(async ({ url }) => {
    const path = "/bedplate.control.v1.ControlService/GetServerInfo";
    for (const request of [
      `POST ${path} HTTP/1.1\r\nHost:\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
      `POST ${path} HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
      "\u0000\u0001\u0002garbage\r\n\r\n",
    ]) {
      const answer = await raw(url, request);
      expect(answer.startsWith("HTTP/1.1 400") || answer === "").toBe(true);
      expect((await post(url, "bedplate.control.v1.ControlService/GetServerInfo")).status).toBe(200);
    }
  }),
);

test("a server that isn't there, a wrong token, a wrong option: exit codes 3, 4 and 2", { timeout: 120_000 }, () =>
  withServer(async ({ url, environment }) => {
    const gone = await bedplate(["driver", "list", "--server", "http://127.0.0.1:1"], environment);
    expect([gone.code, gone.stderr.trim().split("\n").length]).toEqual([3, 1]);
    const denied = await bedplate(["driver", "list", "--server", url], {
      ...environment,
      BEDPLATE_TOKEN: "not-the-token",
    });
    expect([denied.code, denied.stderr.trim().split("\n").length]).toEqual([4, 1]);
    const usage = await bedplate(["driver", "list", "--server", "not a url"], environment);
    expect([usage.code, usage.stderr.trim().split("\n").length]).toEqual([2, 1]);
    const unknown = await bedplate(["plan", "deploy", "--design", "nowhere", "--server", url], environment);
    expect([unknown.code, unknown.stderr.trim().split("\n").length]).toEqual([2, 1]);
  }),
);

test("a server told to stop finishes and ends with 0; started again it has everything", { timeout: 180_000 }, () =>
  withDatabaseEnvironment(async (database) => {
    const folder = await mkdtemp(join(tmpdir(), "bedplate-server-"));
    const environment = { ...database, XDG_STATE_HOME: join(folder, "state") };
    const serve = () =>
      running(["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data")], /^listening on /, environment);
    try {
      const first = await serve();
      const submitted = await bedplate(
        ["submit", "examples/site", "--design", "plant7", "--server", first.line.slice(13)],
        environment,
      );
      expect(submitted.code).toBe(0);
      await first.end("SIGTERM");
      const second = await serve();
      const listed = await bedplate(
        ["get", "Node", "--design", "plant7", "--server", second.line.slice(13), "-o", "json"],
        environment,
      );
      await second.end("SIGTERM");
      expect(JSON.parse(listed.stdout).items).toHaveLength(12);
      expect([first.stderr(), second.stderr()]).toEqual(["", ""]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }),
);

test("a service that runs alone answers the others over the network", { timeout: 180_000 }, () =>
  withDatabaseEnvironment(async (database) => {
    const folder = await mkdtemp(join(tmpdir(), "bedplate-apart-"));
    const environment = { XDG_STATE_HOME: join(folder, "state") };
    const reader = await running(
      ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "a"), "--services", "consumer"],
      /^listening on /,
      environment,
    );
    try {
      const config = join(folder, "b.yaml");
      await writeFile(config, "service_token_file: a/service.token\n");
      const args = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data",
        join(folder, "b"),
        "--config",
        config,
        "--services",
        "state,orchestrator,control,introspection",
      ];
      const rest = await running([...args, "--peer", `consumer=${reader.line.slice(13)}`], /^listening on /, {
        ...environment,
        ...database,
      });
      try {
        const token = (await readFile(join(folder, "b", "admin.token"), "utf8")).trim();
        const files = [
          { uri: "seed.yaml", text: "site_name: lab\nnetwork: {networks: [{name: a, cidr: 10.0.0.0/24}]}\n" },
        ];
        const body = JSON.stringify({ design: "lab", files, requestId: "request-1" });
        const answer = await post(
          rest.line.slice(13),
          "bedplate.control.v1.ControlService/SubmitDesign",
          { authorization: `Bearer ${token}` },
          body,
        );
        expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ changed: true })]);
      } finally {
        await rest.end();
      }
    } finally {
      await reader.end();
      await rm(folder, { recursive: true, force: true });
    }
  }),
);

/** Sends bytes and gives what comes back until the other side closes, or stays silent for two seconds. */
function raw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.setTimeout(2000, () => socket.destroy());
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

test("a token is shown to the server it belongs to, and to no other", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "bedplate-stranger-"));
  const seen: (string | undefined)[] = [];
  const stranger = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  try {
    const share = join(folder, "share", "bedplate");
    await mkdir(share, { recursive: true });
    await writeFile(join(share, "admin.token"), `${"canary".repeat(8)}\n`, { mode: 0o600 });
    const address = stranger.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const environment = { XDG_DATA_HOME: join(folder, "share"), XDG_STATE_HOME: join(folder, "state") };
    const ended = await bedplate(["driver", "list", "--server", `http://127.0.0.1:${port}`], environment);
    expect(ended.code).not.toBe(0);
    expect(new Set(seen)).toEqual(new Set([undefined]));
    const shown = await bedplate(
      ["driver", "list", "--server", `http://127.0.0.1:${port}`, "--token-file", join(share, "admin.token")],
      environment,
    );
    expect([shown.code === 0, seen.at(-1)]).toEqual([false, `Bearer ${"canary".repeat(8)}`]);
  } finally {
    stranger.close();
    await rm(folder, { recursive: true, force: true });
  }
});
