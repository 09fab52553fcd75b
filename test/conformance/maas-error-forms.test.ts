import { createServer, type RequestListener } from "node:http";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, onTestFinished, test } from "vitest";
import { type ErrorDetail, ErrorDetailSchema, ErrorReason, RetryKind } from "../../gen/bedplate/type/v1/error_pb.js";
import { KEY } from "../../src/maas-sim/testing/sim-client.ts";
import { type Lab, newOperation, startLab } from "./maas-lab.ts";
import { siteSpec } from "./maas-specs.ts";

/** What a form of the API page's section 2 must come to. */
interface Expected {
  readonly code: keyof typeof Code;
  readonly reason: keyof typeof ErrorReason;
  /** Seconds after which to call again; absent where that is of no use. */
  readonly again?: number;
  /** What the message says. */
  readonly message: string | RegExp;
  /** What the next step for a person is; absent where waiting is all there is to it. */
  readonly hint?: string | RegExp;
}

interface Form {
  readonly name: string;
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  readonly retryAfter?: number;
  readonly expected: Expected;
}

const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json; charset=utf-8";
const PAGE = "<html><head><title>Conflict Error</title></head><body><h1>Conflict Error</h1></body></html>";
const KEY_HINT = /^check the api key of driver instance maas-lab/;
const rejected = { code: "FailedPrecondition", reason: "TARGET_REJECTED" } as const;
const refusedKey = { code: "Unauthenticated", reason: "TARGET_UNAUTHENTICATED" } as const;
const busy = { code: "Unavailable", reason: "TARGET_BUSY" } as const;
const MEND = "mend the design or the object in MAAS the message names";
const ENDPOINT = /check that the endpoint of driver instance maas-lab is a MAAS/;

const FORMS: readonly Form[] = [
  form("a form with errors by field", 400, '{"gateway_ip": ["Gateway IP must be within CIDR range."]}', JSON_TYPE, {
    ...{ ...rejected, message: "gateway_ip: Gateway IP must be within CIDR range.", hint: MEND },
  }),
  form(
    "a form with an error as a whole",
    400,
    '{"__all__": ["dhcp can only be turned on when a rack is set."]}',
    JSON_TYPE,
    {
      ...{ ...rejected, message: "dhcp can only be turned on when a rack is set.", hint: MEND },
    },
  ),
  form(
    "a form with a text in the place of a list",
    400,
    '{"name": "Fabric with this Name already exists."}',
    JSON_TYPE,
    {
      ...{ ...rejected, message: "name: Fabric with this Name already exists.", hint: MEND },
    },
  ),
  form(
    "a wrong state as a form",
    400,
    '{"__all__": ["Commission is not available because of the current state of the node."]}',
    JSON_TYPE,
    {
      ...{ ...busy, again: 2, message: "because of the current state of the node" },
    },
  ),
  form("an operation MAAS doesn't know", 400, "Unrecognised signature: method=POST op=nope", undefined, {
    ...{ ...rejected, message: "MAAS does not know", hint: "this driver needs MAAS 3.0 or later" },
  }),
  form("a preseed that can't be rendered", 400, "Failed to render preseed: no such template", undefined, {
    ...{ ...rejected, message: "Failed to render preseed: no such template", hint: MEND },
  }),
  form("a wrong token", 401, `Authorization Error: 'Invalid access token: ${KEY.secret}'`, undefined, {
    ...{ ...refusedKey, message: "MAAS of driver instance maas-lab refused the api key", hint: KEY_HINT },
  }),
  form("a wrong consumer", 401, "Authorization Error: Invalid API key.", undefined, {
    ...{ ...refusedKey, message: "refused the api key", hint: KEY_HINT },
  }),
  form(
    "clocks that differ",
    401,
    "Authorization Error: 'Expired timestamp: given 1 and now 9 has a greater difference than threshold 300'",
    undefined,
    {
      ...{ ...refusedKey, message: "refused the api key", hint: /clocks of both hosts agree within five minutes/ },
    },
  ),
  form("no right, without a word", 403, "", undefined, {
    ...{ ...rejected, message: /^MAAS does not permit \S+ \S+$/, hint: /unlock the machine.*key of an administrator/ },
  }),
  form("no right, with a word", 403, "Requested IP is not in an acceptable range.", undefined, {
    ...{ ...rejected, message: "Requested IP is not in an acceptable range.", hint: /unlock the machine/ },
  }),
  form("a missing object", 404, "No Fabric matches the given query.", undefined, {
    ...{ code: "NotFound", reason: "NOT_FOUND", message: "No Fabric matches the given query." },
  }),
  form("an address in use", 404, "IP address is already in use.", undefined, {
    ...{
      ...rejected,
      message: "an address is already in use",
      hint: /free the address in MAAS, or give the node another/,
    },
  }),
  form("an unknown path", 404, "Unknown API endpoint: /MAAS/api/2.0/nope/.", undefined, {
    ...{ ...rejected, message: "MAAS does not know", hint: ENDPOINT },
  }),
  form("a page of something that is no MAAS", 404, "<html><body><h1>404 Not Found</h1>nginx</body></html>", HTML, {
    ...{ ...rejected, message: "MAAS does not know", hint: ENDPOINT },
  }),
  form("a method MAAS doesn't have", 405, "", undefined, {
    ...{ ...rejected, message: "unexpected status", hint: ENDPOINT },
  }),
  form("a wrong state as text", 409, "Can't deploy a machine that is in the 'Deploying' state", undefined, {
    ...{ ...busy, again: 2, message: "Can't deploy a machine that is in the 'Deploying' state" },
  }),
  form("nothing to allocate", 409, "No machine with system ID abc123 available.", undefined, {
    ...{ ...busy, again: 2, message: "No machine with system ID abc123 available." },
  }),
  form("a database conflict as a page", 409, PAGE, HTML, { ...busy, again: 5, message: "409 Conflict Error" }, 5),
  form("too many requests", 429, "slow down", undefined, { ...busy, again: 7, message: "429 slow down" }, 7),
  form("a power action that failed", 500, "BMC unreachable: 10.99.0.1", undefined, {
    ...{ ...rejected, message: "BMC unreachable: 10.99.0.1", hint: /check the power settings of the machine/ },
  }),
  form("a fault of MAAS", 500, "list index out of range", undefined, {
    ...{ ...rejected, message: "list index out of range", hint: "see the log of the MAAS region controller" },
  }),
  form("a proxy's page", 502, "<html><h1>502 Bad Gateway</h1></html>", HTML, {
    ...busy,
    again: 10,
    message: "502 Bad Gateway",
  }),
  form(
    "no rack connected",
    503,
    "Unable to connect to any rack controller.",
    undefined,
    { ...busy, again: 10, message: "503 Unable to connect" },
    10,
  ),
  form("addresses that are used up", 503, "No more IPs available in subnet: 10.21.0.0/24.", undefined, {
    ...{
      ...rejected,
      message: "No more IPs available in subnet: 10.21.0.0/24.",
      hint: /free addresses of the subnet in MAAS/,
    },
  }),
  form("a rack that doesn't answer", 504, "Timed out waiting for rack01.", undefined, {
    ...busy,
    again: 10,
    message: "504 Timed out",
  }),
  form("a redirect", 302, "", undefined, { ...rejected, message: "sends the caller elsewhere", hint: ENDPOINT }),
  form("no key in the request", 400, "Unrecognised signature: method=POST op=None", undefined, {
    ...{ ...rejected, message: "for a request without a key", hint: /takes the Authorization header away/ },
  }),
];

function form(
  name: string,
  status: number,
  body: string,
  type: string | undefined,
  expected: Expected,
  retryAfter?: number,
): Form {
  return { name, status, body, expected, ...(type && { type }), ...(retryAfter && { retryAfter }) };
}

async function failureOf(call: Promise<unknown>): Promise<{ code: string; message: string; detail: ErrorDetail }> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw new Error(`expected a ConnectError, not ${error}`);
  const [detail] = error.findDetails(ErrorDetailSchema);
  if (detail === undefined) throw new Error(`no ErrorDetail in ${error.message}`);
  return { code: Code[error.code], message: error.rawMessage, detail };
}

async function expectForm(call: Promise<unknown>, { status, expected }: Form, verb: string): Promise<void> {
  const { code, message, detail } = await failureOf(call);
  expect([code, ErrorReason[detail.reason]]).toEqual([expected.code, expected.reason]);
  if (typeof expected.message === "string") expect(message).toContain(expected.message);
  else expect(message).toMatch(expected.message);
  if (expected.hint === undefined) expect(detail.hint).toBe("");
  else expect(detail.hint).toMatch(expected.hint);
  const retry = [detail.retry?.kind, Number(detail.retry?.delay?.seconds ?? 0)];
  if (expected.again === undefined) expect(retry).toEqual([RetryKind.AFTER_CHANGE, 0]);
  else expect(retry).toEqual([RetryKind.AFTER, expected.again]);
  expect(detail.subject).toBe("maas-lab");
  if (expected.reason !== "NOT_FOUND") expect(detail.vendorCode).toMatch(new RegExp(`^${status}`));
  expect(`${message}${detail.vendorCode}`).not.toContain(KEY.secret);
  expect(message).not.toContain("<");
  if (expected.reason === "TARGET_REJECTED" || expected.reason === "TARGET_BUSY") expect(message).toContain(verb);
}

const answerOf = ({ status, body, type, retryAfter }: Form) => ({
  status,
  ...(body !== "" && { body }),
  ...(type !== undefined && { content_type: type }),
  ...(retryAfter !== undefined && { retry_after: retryAfter }),
});

test("every form of a refusal comes to the error it stands for, of a read as of a write", {
  timeout: 120_000,
}, async () => {
  const lab = await startLab();
  const { target } = lab;
  const spec = siteSpec();
  const ensure = () => lab.driver.server.ensureSite({ target, spec, operation: { operationId: newOperation() } });
  for (const each of FORMS) {
    await lab.meddle("faults", [{ method: "write", answer: answerOf(each) }]);
    await expectForm(ensure(), each, "fabrics/");
    // Reads are repeated at most twice more by the driver itself.
    await lab.meddle("faults", [{ method: "GET", path: "fabrics/", count: 3, answer: answerOf(each) }]);
    await expectForm(lab.driver.server.observeSite({ target }), each, "fabrics/");
  }
  expect((await lab.ledger()).map(({ path }) => path)).toEqual([]);
});

test("a read is tried again when what ails MAAS may pass, and never a write", async () => {
  const lab = await startLab();
  const { target } = lab;
  const counts = async () =>
    ((await lab.faults()) as { rules: { fitted: number }[] }).rules.map(({ fitted }) => fitted);
  for (const [status, tries] of [
    ...([
      [502, 2],
      [503, 2],
      [504, 2],
      [429, 2],
    ] as const),
    ...([
      [400, 1],
      [401, 1],
      [403, 1],
      [404, 1],
      [409, 1],
      [500, 1],
    ] as const),
  ]) {
    await lab.meddle("faults", [{ method: "GET", path: "fabrics/", answer: { status, body: "so it is" } }]);
    await lab.driver.server.observeSite({ target }).catch(() => {});
    expect([status, await counts()]).toEqual([status, [tries]]);
    await lab.meddle("faults", [{ method: "write", answer: { status, body: "so it is" } }]);
    await lab.driver.server
      .ensureSite({ target, spec: siteSpec(), operation: { operationId: newOperation() } })
      .catch(() => {});
    expect([status, await counts()]).toEqual([status, [1]]);
  }
});

/** A server that is told, request by request, what to do to its connection; and a target for it. */
async function hostile(answer: RequestListener): Promise<Lab["target"]> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { instance: "maas-lab", endpoint: `http://127.0.0.1:${port}/MAAS`, secrets: { api_key: "cons:tok:word" } };
}

test("answers that are broken, endless, or of another service are told for what they are", {
  timeout: 60_000,
}, async () => {
  const lab = await startLab();
  const told: Record<string, [RequestListener, string, string | RegExp]> = {
    "a connection that breaks in mid-answer": [
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write("[");
        setImmediate(() => response.destroy());
      },
      "TARGET_UNREACHABLE",
      "cannot be reached",
    ],
    "an answer cut short that says it is whole": [
      (_request, response) => response.writeHead(200, { "content-type": "application/json" }).end('[{"id": 1'),
      "TARGET_REJECTED",
      /is not JSON/,
    ],
    "a welcome page": [
      (_request, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>It works!</html>"),
      "TARGET_REJECTED",
      /is not JSON/,
    ],
    "something other than a list": [
      (_request, response) => response.writeHead(200, { "content-type": "application/json" }).end('{"a": 1}'),
      "TARGET_REJECTED",
      /something other than a list/,
    ],
    "an answer without an end": [
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const more = (): void => {
          if (response.destroyed) return;
          response.write("x".repeat(65_536), () => setImmediate(more));
        };
        more();
      },
      "TARGET_REJECTED",
      /larger than \d+ bytes/,
    ],
  };
  for (const [name, [listener, reason, message]] of Object.entries(told)) {
    const target = await hostile(listener);
    const failed = await failureOf(lab.driver.server.observeSite({ target }, { timeoutMs: 30_000 }));
    expect([name, ErrorReason[failed.detail.reason]]).toEqual([name, reason]);
    expect(failed.message).toMatch(message);
    expect(failed.detail.subject).toBe("maas-lab");
    expect(failed.detail.hint).not.toBe("");
  }
});

test("each attempt has a nonce of its own, and no more requests are under way than the target allows, whoever asks", async () => {
  const lab = await startLab();
  const nonces: string[] = [];
  let underWay = 0;
  let most = 0;
  const target = await hostile((request, response) => {
    nonces.push(/oauth_nonce="([^"]+)"/.exec(request.headers.authorization ?? "")?.[1] ?? "");
    underWay++;
    most = Math.max(most, underWay);
    setTimeout(() => {
      underWay--;
      response.writeHead(nonces.length % 5 === 0 ? 503 : 200, { "content-type": "application/json" }).end("[]");
    }, 5);
  });
  const other = {
    ...target,
    instance: "maas-other",
    secrets: { api_key: "cons:tok:other" },
    options: { max_in_flight: "3" },
  };
  const one = { ...target, options: { max_in_flight: "3" } };
  const calls = Array.from({ length: 12 }, (_, index) =>
    lab.driver.server.observeSite({ target: index % 2 === 0 ? one : other }).catch(() => {}),
  );
  await Promise.all(calls);
  expect(nonces.length).toBeGreaterThan(40);
  expect(new Set(nonces).size).toBe(nonces.length);
  expect(most).toBe(3);
});

test("an endpoint with the wrong scheme, or one that leads elsewhere, is told with what to mend, and not waited for", async () => {
  const lab = await startLab();
  const plain = await hostile((_request, response) => {
    response.writeHead(301, { location: "https://maas.example/MAAS/?q=1" }).end();
  });
  const wrong = { ...plain, endpoint: plain.endpoint.replace("http:", "https:") };
  const tls = await failureOf(lab.driver.server.observeSite({ target: wrong }));
  expect([tls.code, ErrorReason[tls.detail.reason]]).toEqual(["FailedPrecondition", "TARGET_REJECTED"]);
  expect(tls.detail.hint).toContain("has the right http or https and port");
  const led = await failureOf(lab.driver.server.observeSite({ target: plain }));
  expect(ErrorReason[led.detail.reason]).toBe("TARGET_REJECTED");
  expect(led.message).toContain("sends the caller to https://maas.example/MAAS/");
  expect(led.message).not.toContain("q=1");
});
