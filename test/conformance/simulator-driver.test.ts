import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, onTestFinished, test } from "vitest";
import { NetworkDriverService, PortMode } from "../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { BootDevice, OobDriverService } from "../../gen/bedplate/driver/v1/oob_driver_service_pb.js";
import {
  PowerState,
  ServerDriverService,
  ServerPhase,
  ServerState,
} from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ErrorDetailSchema, ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { serveWorld } from "../../src/drivers/simulator/world/serve-world.ts";
import { createWorld } from "../../src/drivers/simulator/world/world.ts";
import { builtInPlugins } from "../../src/plugins/built-in-plugins.ts";
import type { PluginHost } from "../../src/plugins/plugin-host.ts";
import { startHost, temporaryDirectory } from "./fixtures/start-host.ts";
import { PHASES, serverSpec } from "./maas-specs.ts";

function startSimulator() {
  const { host } = startHost(builtInPlugins());
  return { host, server: host.client("simulator", ServerDriverService) };
}

async function servedWorld(endpoint?: string) {
  const world = createWorld();
  const served = await serveWorld(world, endpoint === undefined ? {} : { endpoint });
  onTestFinished(async () => {
    await served.close();
    world.close();
  });
  return { world, target: { instance: "sim", endpoint: served.endpoint } };
}

const operation = (operationId: string) => ({ operationId, precondition: "" });

async function deploy(
  host: PluginHost,
  target: { instance: string; endpoint: string },
  spec = serverSpec(),
): Promise<void> {
  const client = host.client("simulator", ServerDriverService);
  for (const phase of PHASES) {
    const { result } = await client.ensureServer({ target, spec, phase, operation: operation(`deploy-${phase}`) });
    expect(result?.outcome.case).toBe("done");
  }
}

test("several drivers share a world, which outlives them", async () => {
  const { world, target } = await servedWorld(`unix:${join(temporaryDirectory(), "w")}`);
  const [one, other] = [startSimulator(), startSimulator()];
  await deploy(one.host, target);
  await one.host.close();
  const plans = await Array.fromAsync(other.server.planServers({ target, specs: [serverSpec()], phases: PHASES }));
  expect(plans.flatMap((each) => each.plans).map(({ phase, changes, refusal }) => [phase, changes, refusal])).toEqual(
    PHASES.map((phase) => [phase, [], ""]),
  );
  const { manifest } = await other.server.getServerHardware({ target, server: { name: "n1" } });
  expect(manifest?.nics.map(({ pciAddress }) => pciAddress)).toEqual(["0000:01:00.0", "0000:18:00.0", "0000:18:00.1"]);
  expect(manifest?.nics[0]?.mac).toBe("52:54:00:00:01:01");
  expect(manifest?.disks.map(({ scsiAddress, serial }) => scsiAddress || serial)).toEqual(["2:0.0.0", "B1"]);
  const drivers = new Set(world.ledger.entries().map(({ driver }) => driver));
  expect(drivers.size).toBe(1);
  const spec = serverSpec();
  await other.server.ensureAnnotations({
    target,
    spec: { ...spec, tags: ["spare"] },
    operation: operation("annotate-1"),
  });
  expect(world.control.machine("n1").tags).toEqual(["spare"]);
  expect(new Set(world.ledger.entries().map(({ driver }) => driver)).size).toBe(2);
});

test("power, boot device, sensors and ports of a machine", async () => {
  const { host, server } = startSimulator();
  const target = { instance: "sim", endpoint: "" };
  await deploy(host, target);
  const oob = host.client("simulator", OobDriverService);
  const subject = { server: { name: "n1" }, oob: { type: "redfish" } };
  const off = await server.ensureServerPower({
    target,
    server: { name: "n1" },
    power: PowerState.OFF,
    operation: operation("power-off-1"),
  });
  expect([off.observed?.power, off.observed?.state]).toEqual([PowerState.OFF, ServerState.DEPLOYED]);
  expect((await oob.getPower({ target, subject })).power).toBe(PowerState.OFF);
  const reset = await oob.resetPower({ target, subject, operation: operation("reset-01") });
  const again = await oob.resetPower({ target, subject, operation: operation("reset-01") });
  expect([reset, again].map(({ result }) => result?.outcome.value)).toMatchObject([
    { changed: true },
    { changed: true },
  ]);
  expect((await oob.getPower({ target, subject })).power).toBe(PowerState.ON);
  const boot = { target, subject, device: BootDevice.NETWORK, persistent: true };
  const set = await oob.ensureBootDevice({ ...boot, operation: operation("boot-0001") });
  const kept = await oob.ensureBootDevice({ ...boot, operation: operation("boot-0002") });
  expect([set, kept].map(({ result }) => result?.outcome.value)).toMatchObject([{ changed: true }, { changed: false }]);
  expect((await oob.listSensors({ target, subject })).readings.inlet).toMatch(/ degrees C$/);
  expect((await oob.listFirmware({ target, subject })).versions.bmc).toBe("2.0.0");

  const network = host.client("simulator", NetworkDriverService);
  const spec = { server: { name: "n1" }, mode: PortMode.PRODUCTION, interfaces: [...(serverSpec().interfaces ?? [])] };
  await network.ensureNetwork({ target, spec, operation: operation("ports-001") });
  const [{ ports = [] } = {}] = await Array.fromAsync(network.observePorts({ target }));
  expect(ports.map(({ port, mode }) => [port, mode])).toEqual([
    ["boot_nic", PortMode.PRODUCTION],
    ["nic1", PortMode.PRODUCTION],
    ["nic2", PortMode.PRODUCTION],
  ]);
});

test("faults reach the caller: one that hangs, one that answers late, one whose world is away", async () => {
  const { server } = startSimulator();
  const { world, target } = await servedWorld();
  const call = (name: string, options: Record<string, string>, timeoutMs: number) => {
    const spec = { ...serverSpec(), identity: { name } };
    const request = { spec, phase: ServerPhase.COMMISSIONED, operation: operation(`op-of-${name}`) };
    const asked = server.ensureServer({ target: { ...target, options }, ...request }, { timeoutMs });
    return asked.then(
      () => "answered",
      (error: unknown) => {
        const [detail] = ConnectError.from(error).findDetails(ErrorDetailSchema);
        return detail === undefined ? Code[ConnectError.from(error).code] : ErrorReason[detail.reason];
      },
    );
  };
  await call("warm", {}, 20_000);
  expect(await call("n1", { hang: "*:100" }, 300)).toBe("DeadlineExceeded");
  expect(await call("n2", { late: "*:100" }, 300)).toBe("DeadlineExceeded");
  expect(await call("n3", { busy: "*:100" }, 20_000)).toBe("TARGET_BUSY");
  expect(await call("n4", { colour: "green" }, 20_000)).toBe("INVALID_FIELD");
  const done = world.ledger.entries().flatMap(({ node, effective }) => (effective ? [node] : []));
  expect(done).toEqual(["warm", "n2"]);
  const nowhere = { target: { ...target, endpoint: "http://127.0.0.1:9" } };
  const away = await Array.fromAsync(server.observeServers(nowhere)).catch((error: unknown) =>
    ConnectError.from(error),
  );
  expect(away).toMatchObject({ code: Code.Unavailable });
});

test("changes are told as they happen", async () => {
  const { host, server } = startSimulator();
  const { world, target } = await servedWorld();
  const stop = new AbortController();
  const changes = server.watchServers({ target }, { signal: stop.signal })[Symbol.asyncIterator]();
  expect((await changes.next()).value?.servers).toEqual([]);
  const until = async (state: ServerState): Promise<void> => {
    for (;;) {
      const { value } = await changes.next();
      if (
        value?.servers.some((each: { name: string; state: ServerState }) => each.name === "n1" && each.state === state)
      )
        return;
    }
  };
  await deploy(host, target);
  await until(ServerState.DEPLOYED);
  world.control.hand("n1", "hold");
  await until(ServerState.HELD);
  stop.abort();
});

test("a deployed machine calls in with the token of its user data, again when it wasn't answered", async () => {
  const calls: { readonly path: string | undefined; readonly token: string | undefined; readonly body: unknown }[] = [];
  let heard = (): void => {};
  const introspection = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      calls.push({
        path: request.url,
        token: request.headers.authorization,
        body: JSON.parse(Buffer.concat(chunks).toString()),
      });
      response.writeHead(calls.length === 1 ? 503 : 200, { "content-type": "application/json" }).end("{}");
      heard();
    });
  });
  introspection.listen(0, "127.0.0.1");
  await once(introspection, "listening");
  onTestFinished(() => void introspection.close().closeAllConnections());
  const { host } = startSimulator();
  const { world, target } = await servedWorld();
  const { port } = introspection.address() as AddressInfo;
  const content = JSON.stringify({ url: `http://127.0.0.1:${port}`, token: "t-1", node: "n1" });
  const userData = `#cloud-config\n${JSON.stringify({ write_files: [{ path: "/etc/bedplate/introspection.json", content }] })}\n`;
  const twice = new Promise<void>((resolve) => {
    heard = () => calls.length === 2 && resolve();
  });
  await deploy(host, target, { ...serverSpec(), userData });
  await twice;
  expect(calls[1]).toEqual({
    path: "/bedplate.introspection.v1.IntrospectionService/ReportStatus",
    token: "Bearer t-1",
    body: { phase: "NODE_REPORT_PHASE_READY", message: "n1 is up", progressPercent: 100 },
  });
  expect(JSON.stringify([world.control.machine("n1"), world.control.state()])).not.toContain("t-1");
});

test("the control API of a served world, by its address", async () => {
  const { host } = startSimulator();
  const { target } = await servedWorld();
  await deploy(host, target);
  const ask = async (path: string, body?: unknown): Promise<[number, unknown]> => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`${target.endpoint}${path}`, init);
    return [response.status, await response.json()];
  };
  expect(await ask("/state")).toMatchObject([200, { machines: 1, states: { deployed: 1 }, ledger: 8 }]);
  expect(await ask("/ledger?after=2&limit=1")).toMatchObject([
    200,
    {
      first: 1,
      last: 8,
      entries: [{ sequence: 3, node: "n1", verb: "network", effective: false, driver: expect.any(Number) }],
    },
  ]);
  const drift = { field: 'interfaces["bond0"].link.mtu', value: "1500" };
  expect(await ask("/machines/n1/drift", drift)).toMatchObject([200, { fields: { [drift.field]: "1500" } }]);
  expect(await ask("/machines/n1/hand", { hand: "release" })).toMatchObject([200, { state: "ready" }]);
  expect(await ask("/machines/n1/hand", { hand: "dance" })).toMatchObject([400, { message: 'a hand can\'t "dance"' }]);
  expect(await ask("/machines/nobody")).toMatchObject([404, { message: "there is no machine nobody" }]);
  expect(await ask("/options", { deploy_ms: "later" })).toMatchObject([
    400,
    { fieldPath: 'target.options["deploy_ms"]' },
  ]);
  expect(await ask("/options", { deploy_ms: "5" })).toMatchObject([200, { options: { deploy_ms: "5" } }]);
  const foreign = await fetch(`${target.endpoint}/state`, { headers: { origin: "http://evil.example" } });
  expect(foreign.status).toBe(403);
});
