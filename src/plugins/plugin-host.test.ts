import { readdirSync } from "node:fs";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, onTestFinished, test, vi } from "vitest";
import { DriverService } from "../../gen/bedplate/driver/v1/driver_service_pb.js";
import { NetworkDriverService } from "../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { PluginState } from "../../gen/bedplate/orchestrator/v1/driver_instance_pb.js";
import { ErrorDetailSchema, ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { fixture, startHost } from "../../test/conformance/fixtures/start-host.ts";
import { createPluginHost, type PluginHost } from "./plugin-host.ts";
import type { PluginTiming } from "./plugin-timing.ts";

function start(args: string[] = [], timing: Partial<PluginTiming> = {}) {
  return startHost([{ name: "obedient", ...fixture("obedient-plugin.ts", ...args) }], timing);
}

async function tell(host: PluginHost, order: string, argument = "", timeoutMs?: number): Promise<string> {
  const client = host.client("obedient", DriverService);
  const target = { instance: "one", options: { do: order, argument }, secrets: { key: "canary-7f3a" } };
  const { message } = await client.probe({ target }, timeoutMs === undefined ? {} : { timeoutMs });
  return message;
}

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  return call.then(
    () => {
      throw new Error("the call succeeded");
    },
    (error: unknown) => ConnectError.from(error),
  );
}

function reasonOf(error: ConnectError): ErrorReason | undefined {
  return error.findDetails(ErrorDetailSchema)[0]?.reason;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("a plugin is started by its first call, once, and stopped with the host", async () => {
  const { host, socketDir } = start();
  expect(host.known()).toEqual(["obedient"]);
  expect(host.state("obedient")).toEqual({ state: PluginState.STOPPED, starts: 0, message: "" });

  const pids = await Promise.all([tell(host, "pid"), tell(host, "pid"), tell(host, "pid")]);
  expect(new Set(pids).size).toBe(1);
  const status = host.state("obedient");
  expect(status).toEqual({ state: PluginState.READY, starts: 1, message: "test.obedient 1.2.3" });
  expect((await host.info("obedient")).name).toBe("test.obedient");

  await host.close();
  expect(isAlive(Number(pids[0]))).toBe(false);
  expect(host.state("obedient").state).toBe(PluginState.STOPPED);
  expect(readdirSync(socketDir)).toEqual([]);
  expect(reasonOf(await failureOf(tell(host, "pid")))).toBe(ErrorReason.SHUTTING_DOWN);
});

test("calls wait for a plugin that is slow to start", async () => {
  const { host } = start(["--start-after-ms", "700"]);
  const call = tell(host, "pid");
  await vi.waitFor(() => expect(host.state("obedient").state).toBe(PluginState.STARTING), { timeout: 60_000 });
  expect(Number(await call)).toBeGreaterThan(0);
});

test("a call whose deadline comes before the plugin is ready says so", async () => {
  const { host } = start(["--mute"], { graceMs: 200 });
  const error = await failureOf(tell(host, "pid", "", 300));
  expect(error.code).toBe(Code.Unavailable);
  expect(reasonOf(error)).toBe(ErrorReason.PLUGIN_UNAVAILABLE);
  expect(error.rawMessage).toContain('plugin "obedient" was not ready before the deadline');
});

test("a plugin that never answers is given up and tried again later", async () => {
  const { host } = start(["--mute"], { readyMs: 300, backoffMs: 60_000, backoffMaxMs: 60_000 });
  const error = await failureOf(tell(host, "pid"));
  expect(error.rawMessage).toBe('plugin "obedient" did not answer within 0.3 s of its start');
  expect(host.state("obedient").state).toBe(PluginState.BACKOFF);
});

test("a killed plugin fails the calls it had, is started again, and takes the next call", async () => {
  const { host } = start();
  const pid = Number(await tell(host, "pid"));
  const underWay = failureOf(tell(host, "wait", "60000"));
  await vi.waitFor(async () => expect(await tell(host, "most")).toBe("2"), { timeout: 60_000 });
  process.kill(pid, "SIGKILL");

  const error = await underWay;
  expect(error.code).toBe(Code.Unavailable);
  expect(reasonOf(error)).toBe(ErrorReason.PLUGIN_UNAVAILABLE);
  const next = Number(await tell(host, "pid"));
  expect(next).not.toBe(pid);
  expect(host.state("obedient").starts).toBe(2);
});

test("a plugin that ends itself during a call fails that call and says its last words", async () => {
  const { host } = start([], { backoffMs: 60_000, backoffMaxMs: 60_000 });
  expect(reasonOf(await failureOf(tell(host, "exit", "3")))).toBe(ErrorReason.PLUGIN_UNAVAILABLE);
  expect(host.state("obedient")).toEqual({
    state: PluginState.BACKOFF,
    starts: 1,
    message: 'plugin "obedient" ended with exit code 3; its last line was: told to end',
  });
});

test("a crash loop backs off, and calls fail at once with the reason", async () => {
  const { host } = start(["--exit-code", "4"], { backoffMs: 200, patienceMs: 300 });
  const error = await failureOf(tell(host, "pid"));
  expect(error.code).toBe(Code.Unavailable);
  expect(reasonOf(error)).toBe(ErrorReason.PLUGIN_UNAVAILABLE);
  expect(error.findDetails(ErrorDetailSchema)[0]?.subject).toBe("obedient");
  const { state, starts, message } = host.state("obedient");
  expect(state).toBe(PluginState.BACKOFF);
  expect(starts).toBeGreaterThanOrEqual(2);
  expect(message).toBe('plugin "obedient" ended with exit code 4; its last line was: this plugin ends at once');
  expect(error.rawMessage).toBe(message);
});

test("a plugin of another protocol is refused, with what it speaks", async () => {
  const { host } = start(["--protocol", "bedplate.driver.v9"]);
  const error = await failureOf(host.info("obedient"));
  expect(error.code).toBe(Code.Unavailable);
  expect(error.rawMessage).toBe(
    'plugin "obedient" speaks bedplate.driver.v9, this Bedplate bedplate.driver.v1; install a matching driver',
  );
  expect(host.state("obedient")).toMatchObject({ state: PluginState.BACKOFF, starts: 1 });
});

test("a program that isn't there is named", async () => {
  const { host } = startHost([{ name: "obedient", command: "/nonexistent/driver", args: [] }]);
  const error = await failureOf(tell(host, "pid"));
  expect(error.rawMessage).toBe(`plugin "obedient" can't be started: /nonexistent/driver: there is no such program`);
});

test("no more calls run at a time than the plugin takes, and all get their turn", async () => {
  const { host } = start(["--max-in-flight", "3"]);
  await Promise.all(Array.from({ length: 12 }, () => tell(host, "wait", "20")));
  expect(await tell(host, "most")).toBe("3");
});

test("a call that gets no slot before its deadline is told so", async () => {
  const { host } = start(["--max-in-flight", "1"]);
  await host.info("obedient");
  const long = tell(host, "wait", "500");
  const error = await failureOf(tell(host, "pid", "", 100));
  expect(reasonOf(error)).toBe(ErrorReason.TARGET_BUSY);
  expect(await long).toBe("waited");
});

test("streams bring all messages, their error, or the plugin's end", async () => {
  const { host } = start(["--max-in-flight", "1"], { backoffMs: 60_000, backoffMaxMs: 60_000 });
  const client = host.client("obedient", NetworkDriverService);
  const observe = (last: string) =>
    client.observePorts({ target: { instance: "one", options: { batches: "200", last } } });
  const batches = await Array.fromAsync(observe("end"));
  expect(batches.map(({ ports }) => ports[0]?.port)).toEqual(Array.from({ length: 200 }, (_, port) => `et${port}`));

  const error = await failureOf(Array.fromAsync(observe("fail")));
  expect([error.rawMessage, reasonOf(error)]).toEqual(["the switch hung up", ErrorReason.TARGET_UNREACHABLE]);
  expect(reasonOf(await failureOf(Array.fromAsync(observe("exit"))))).toBe(ErrorReason.PLUGIN_UNAVAILABLE);
});

test("a reader that leaves a stream gives its slot to the next call", async () => {
  const { host } = start(["--max-in-flight", "1"]);
  const target = { instance: "one", options: { batches: "3", last: "wait" } };
  for await (const _batch of host.client("obedient", NetworkDriverService).observePorts({ target })) break;
  expect(await tell(host, "most", "", 10_000)).toBe("1");
});

test("a call ends at its deadline and at the caller's wish, and the plugin lives on", async () => {
  const { host } = start();
  const pid = await tell(host, "pid");
  expect((await failureOf(tell(host, "wait", "60000", 100))).code).toBe(Code.DeadlineExceeded);

  const target = { instance: "one", options: { do: "wait", argument: "60000" } };
  const call = host.client("obedient", DriverService).probe({ target }, { signal: AbortSignal.timeout(50) });
  expect((await failureOf(call)).code).toBe(Code.Canceled);
  expect(await tell(host, "pid")).toBe(pid);
});

test("a plugin that stopped answering altogether is ended and started again", async () => {
  const { host } = start([], { answerMs: 200 });
  const pid = await tell(host, "pid");
  expect((await failureOf(tell(host, "freeze", "", 100))).code).toBe(Code.DeadlineExceeded);
  await vi.waitFor(() => expect(host.state("obedient").starts).toBe(2), { timeout: 60_000 });
  expect(await tell(host, "pid")).not.toBe(pid);
});

test("errors of the plugin arrive with code, message and detail", async () => {
  const { host } = start();
  const error = await failureOf(tell(host, "fail", "no route: 10.0.0.1/24, try 50% later & again"));
  expect(error.code).toBe(Code.Unavailable);
  expect(error.rawMessage).toBe("no route: 10.0.0.1/24, try 50% later & again");
  expect(error.findDetails(ErrorDetailSchema)[0]).toMatchObject({
    reason: ErrorReason.TARGET_UNREACHABLE,
    subject: "the target",
  });
});

test("an answer beyond the bounds of the contract is refused", async () => {
  const { host } = start();
  const error = await failureOf(tell(host, "too-much"));
  expect(error.code).toBe(Code.Internal);
  expect(error.rawMessage).toContain(
    'plugin "obedient" broke its contract: the answer of DriverService.Probe has message',
  );
});

test("a plugin gets its socket, the pipe of the core, and no more than a closed list of variables", async () => {
  vi.stubEnv("BEDPLATE_SECRET_TEST", "canary");
  vi.stubEnv("NODE_AUTH_TOKEN", "canary");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { host } = start();
  const names = (await tell(host, "environment")).split(" ");
  const allowed =
    /^(BEDPLATE_PLUGIN_(SOCKET|PARENT_FD)|PATH|HOME|TMPDIR|TZ|LANG|LC_ALL|SSL_CERT_(FILE|DIR)|NODE_(EXTRA_CA_CERTS|COMPILE_CACHE|V8_COVERAGE))$/;
  expect(names.filter((name) => !allowed.test(name))).toEqual([]);
  expect(names).toContain("BEDPLATE_PLUGIN_SOCKET");
  expect(names).toContain("BEDPLATE_PLUGIN_PARENT_FD");
});

test("what a plugin says is logged under its name, bounded, and no message or secret is", async () => {
  const { host, lines } = start();
  await tell(host, "say", "hello from the driver");
  await tell(host, "say", '{"level":40,"msg":"careful"}');
  await tell(host, "say-long", "100000");
  await tell(host, "shout", "2000");
  await failureOf(tell(host, "wait", "60000", 50));
  await host.close();

  expect(lines).toContainEqual(
    expect.objectContaining({ level: 30, plugin: "obedient", msg: "hello from the driver" }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ level: 40, plugin: "obedient", msg: "careful" }));
  expect(Math.max(...lines.map(({ msg }) => msg.length))).toBe(4096);
  const shouted = lines.filter(({ msg }) => msg.startsWith("line "));
  expect(shouted.length).toBeGreaterThan(100);
  expect(shouted.length).toBeLessThan(2000);
  expect(lines.some(({ dropped }) => typeof dropped === "number" && dropped > 0)).toBe(true);
  expect(JSON.stringify(lines)).not.toContain("canary");
});

test("close ends a plugin that ignores SIGTERM", async () => {
  const { host, lines } = start(["--deaf", "--mute"], { graceMs: 200 });
  const call = failureOf(tell(host, "pid"));
  const deaf = await vi.waitFor(
    () => {
      const line = lines.find(({ msg }) => msg === "deaf");
      if (line === undefined) throw new Error("the plugin has not said that it is deaf");
      return line;
    },
    { timeout: 60_000 },
  );
  await host.close();
  expect(reasonOf(await call)).toBe(ErrorReason.SHUTTING_DOWN);
  expect(isAlive(Number(deaf.pid))).toBe(false);
});

test("names must be known and unique", () => {
  const { host } = start();
  expect(() => host.client("maas", DriverService)).toThrow('there is no plugin "maas"');
  expect(() => host.state("maas")).toThrow(ConnectError);
  const twice = [
    { name: "a", command: "a", args: [] },
    { name: "a", command: "b", args: [] },
  ];
  const log = { child: () => log } as never;
  expect(() => createPluginHost({ plugins: twice, socketDir: "/nonexistent", log, coreVersion: "0" })).toThrow(
    'plugin "a" is declared twice',
  );
});
