import { createServer, type Server } from "node:http";
import { describe, expect, test } from "vitest";
import { createSystemScheduler } from "../scheduler.ts";
import { at, authorization, listOf, type SimClient, withSim } from "../testing/sim-client.ts";
import { testWorld, worldMachine } from "../testing/world.ts";
import { INTROSPECTION_FILE } from "./user-data.ts";

const PATIENCE = { firstDelayMs: 5, maxDelayMs: 20 };

interface Heard {
  readonly method: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly httpVersion: string;
  readonly message: unknown;
}

interface Service {
  readonly url: string;
  readonly heard: readonly Heard[];
  /** Resolves once so many requests have come in. */
  count(wanted: number): Promise<void>;
  close(): Promise<void>;
}

type Respond = (method: string, index: number) => { readonly status: number; readonly body: unknown };

/** A stand-in for the introspection service. */
async function startService(respond: Respond, port = 0): Promise<Service> {
  const heard: Heard[] = [];
  const waiting: { readonly wanted: number; readonly resolve: () => void }[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const method = (request.url ?? "").split("/").at(-1) ?? "";
      heard.push({
        method: request.url ?? "",
        authorization: request.headers.authorization,
        contentType: request.headers["content-type"],
        httpVersion: request.httpVersion,
        message: JSON.parse(Buffer.concat(chunks).toString()),
      });
      const { status, body } = respond(method, heard.length);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      for (const { wanted, resolve } of waiting) if (heard.length >= wanted) resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    heard,
    count: (wanted) =>
      new Promise((resolve) => (heard.length >= wanted ? resolve() : waiting.push({ wanted, resolve }))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function userData(url: string): string {
  const content = JSON.stringify({ url, token: "node-token", node: "n1" });
  return Buffer.from(
    `#cloud-config\n${JSON.stringify({ write_files: [{ path: INTROSPECTION_FILE, content }] })}`,
  ).toString("base64");
}

/** A simulator in real time, with nothing to wait for. */
function withLiveSim(run: (client: SimClient) => Promise<void>, machine = worldMachine(1)): Promise<void> {
  const options = { scheduler: createSystemScheduler(), speed: "instant", patience: PATIENCE } as const;
  return withSim(
    async (client) => {
      const now = () => Math.floor(Date.now() / 1000);
      const send: SimClient["send"] = (path, init) =>
        client.send(path, { ...init, headers: { ...init.headers, authorization: authorization(now()) } });
      const form = (fields: Record<string, unknown>) =>
        new URLSearchParams(Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]));
      await run({
        ...client,
        send,
        get: (path) => send(path, {}),
        post: (path, fields = {}) => send(path, { method: "POST", body: form(fields) }),
      });
    },
    testWorld([machine]),
    options,
  );
}

/** Reads until a condition holds; the test's own deadline ends a wait in vain. */
async function until(read: () => Promise<unknown>, wanted: (value: unknown) => boolean): Promise<unknown> {
  for (;;) {
    const value = await read();
    if (wanted(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function deploy(client: SimClient, data: string): Promise<void> {
  const [machine] = listOf(await client.get("machines/"));
  const path = `machines/${at(machine, "system_id")}/`;
  const state = (name: string) =>
    until(
      async () => at((await client.get(path)).body, "status_name"),
      (value) => value === name,
    );
  await client.post(`${path}?op=commission`, { testing_scripts: "none" });
  await state("Ready");
  expect((await client.post(`${path}?op=deploy`, { user_data: data })).status).toBe(200);
  await state("Deployed");
}

const agentOf = async (client: SimClient) => at((await client.control("state")).body, "machines", 0, "agent");
const settled = (client: SimClient) =>
  until(
    () => agentOf(client),
    (agent) => ["done", "failed"].includes(String(at(agent, "phase"))),
  );

describe("a deployed node", () => {
  test("reads its own data, reports its hardware, then that it is ready", async () => {
    const service = await startService((method) => ({ status: 200, body: method === "GetSelf" ? { name: "n1" } : {} }));
    try {
      await withLiveSim(async (client) => {
        await deploy(client, userData(service.url));
        const agent = await settled(client);
        expect(agent).toEqual({
          phase: "done",
          attempts: 3,
          node: "n1",
          url: service.url,
          answers: { GetSelf: { name: "n1" }, ReportHardware: {}, ReportStatus: {} },
        });
        expect(JSON.stringify(agent)).not.toContain("node-token");
        const prefix = "/bedplate.introspection.v1.IntrospectionService";
        expect(service.heard.map(({ method }) => method)).toEqual([
          `${prefix}/GetSelf`,
          `${prefix}/ReportHardware`,
          `${prefix}/ReportStatus`,
        ]);
        for (const { authorization: token, contentType, httpVersion } of service.heard) {
          expect([token, contentType, httpVersion]).toEqual(["Bearer node-token", "application/json", "1.1"]);
        }
        expect(service.heard[0]?.message).toEqual({});
        expect(service.heard[2]?.message).toEqual({
          phase: "NODE_REPORT_PHASE_READY",
          message: "sim-1 runs ubuntu/noble",
          progressPercent: 100,
        });
      });
    } finally {
      await service.close();
    }
  });

  test("reports what lshw would print: only the NICs that are there", async () => {
    const service = await startService(() => ({ status: 200, body: {} }));
    try {
      await withLiveSim(
        async (client) => {
          await deploy(client, userData(service.url));
          await settled(client);
        },
        worldMachine(1, { missing_nics: ["0000:00:05.0"], bios: { vendor: "Acme", version: "2.19" } }),
      );
      const manifest = at(service.heard[1]?.message, "manifest");
      expect(at(manifest, "format")).toBe("MANIFEST_FORMAT_LSHW_JSON");
      const tree: unknown = JSON.parse(String(at(manifest, "content")));
      expect(tree).toMatchObject({ class: "system", vendor: "Acme", product: "Anvil", serial: "ACME1" });
      const nodes = flatten(tree);
      expect(nodes.filter((node) => at(node, "class") === "network")).toEqual([
        expect.objectContaining({ businfo: "pci@0000:00:03.0", logicalname: "ens3", serial: "52:54:00:00:01:03" }),
        expect.objectContaining({ businfo: "pci@0000:00:04.0", logicalname: "ens4", serial: "52:54:00:00:01:04" }),
      ]);
      expect(nodes.filter((node) => at(node, "class") === "disk")).toEqual([
        expect.objectContaining({
          businfo: "scsi@2:0.0.0",
          handle: "SCSI:02:00:00:00",
          logicalname: "/dev/sda",
          serial: "DISK-A1",
          size: 200e9,
        }),
        expect.objectContaining({ businfo: "scsi@2:0.1.0", logicalname: "/dev/sdb", serial: "DISK-B1" }),
      ]);
      expect(nodes.find((node) => at(node, "id") === "firmware")).toMatchObject({ vendor: "Acme", version: "2.19" });
      expect(nodes.find((node) => at(node, "id") === "memory")).toMatchObject({
        size: 16_384 * 1024 * 1024,
        units: "bytes",
      });
      expect(nodes.filter((node) => at(node, "class") === "processor")).toHaveLength(1);
    } finally {
      await service.close();
    }
  });

  test("keeps trying while nobody is there, and while it is told to come back", async () => {
    const gone = await startService(() => ({ status: 200, body: {} }));
    await gone.close();
    await withLiveSim(async (client) => {
      await deploy(client, userData(gone.url));
      await until(
        () => agentOf(client),
        (agent) => Number(at(agent, "attempts")) > 2,
      );
      expect(await agentOf(client)).toMatchObject({ phase: "calling", error: "GetSelf: ECONNREFUSED" });
      const back = await startService(
        (_method, index) => (index < 3 ? { status: 503, body: { code: "unavailable" } } : { status: 200, body: {} }),
        Number(new URL(gone.url).port),
      );
      try {
        expect(await settled(client)).toMatchObject({ phase: "done" });
        expect(back.heard).toHaveLength(5);
      } finally {
        await back.close();
      }
    });
  });

  test("gives up when it is refused", async () => {
    const service = await startService(() => ({
      status: 401,
      body: { code: "unauthenticated", message: "no such token" },
    }));
    try {
      await withLiveSim(async (client) => {
        await deploy(client, userData(service.url));
        expect(await settled(client)).toMatchObject({
          phase: "failed",
          attempts: 1,
          error: "GetSelf: 401 unauthenticated no such token",
        });
      });
    } finally {
      await service.close();
    }
  });

  test("falls silent when it is released", async () => {
    const service = await startService(() => ({ status: 503, body: {} }));
    try {
      await withLiveSim(async (client) => {
        await deploy(client, userData(service.url));
        await service.count(2);
        const [machine] = listOf(await client.get("machines/"));
        await client.post(`machines/${at(machine, "system_id")}/?op=release`);
        expect(await agentOf(client)).toBeNull();
      });
    } finally {
      await service.close();
    }
  });

  test("calls nobody outside this host, and says why", async () => {
    await withLiveSim(async (client) => {
      await deploy(client, userData("http://192.0.2.1:80"));
      expect(await agentOf(client)).toMatchObject({
        phase: "failed",
        attempts: 0,
        error: "the introspection url is not on this host",
      });
    });
  });
});

function flatten(node: unknown): unknown[] {
  const children = at(node, "children");
  return [node, ...(Array.isArray(children) ? children.flatMap(flatten) : [])];
}
