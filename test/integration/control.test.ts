import { type Client, createClient } from "@connectrpc/connect";
import { pino } from "pino";
import { expect, test } from "vitest";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { DesignConsumerService } from "../../gen/bedplate/design/v1/design_consumer_service_pb.js";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { createConsumerService } from "../../src/consumers/consumer-service.ts";
import { createAuditStore } from "../../src/control/audit-store.ts";
import { createControlService } from "../../src/control/control-service.ts";
import { createSecretStore } from "../../src/db/secret-store.ts";
import { createTokenAuthenticator, firstOf } from "../../src/mesh/caller.ts";
import { createInProcessTransport } from "../../src/mesh/in-process-transport.ts";
import { listen } from "../../src/mesh/listener.ts";
import { createNetworkTransport } from "../../src/mesh/network-transport.ts";
import { createServiceClients } from "../../src/mesh/service-clients.ts";
import { createServiceHost, mount } from "../../src/mesh/service-host.ts";
import { createDesignStateService } from "../../src/state/design-state-service.ts";
import { withDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure-of.ts";
import { testKey } from "../support/state-service.ts";

type ControlClient = Client<typeof ControlService>;

/** The front door over the network, with the services behind it but the orchestrator. */
async function withControl(
  work: (as: (name: string) => ControlClient, state: Client<typeof DesignStateService>) => Promise<void>,
): Promise<void> {
  await withDatabase(async (database) => {
    const log = pino({ level: "fatal" });
    const audit = createAuditStore(database.db);
    const clients = createServiceClients(() => ({ local: { services: host.services, transport } }));
    const control = createControlService({
      version: "1.2.3",
      services: () => host.services.map((service) => service.typeName),
      database: "embedded",
      audit,
      consumer: () => clients.clientFor(DesignConsumerService),
      designState: () => clients.clientFor(DesignStateService),
      orchestrator: () => clients.clientFor(OrchestratorService),
    });
    const host = createServiceHost({
      log,
      audit: { record: (entry) => audit.append(entry) },
      authenticator: firstOf([
        createTokenAuthenticator("ada", { name: "ada", role: Role.ADMIN }),
        createTokenAuthenticator("olga", { name: "olga", role: Role.OPERATOR }),
      ]),
      services: [
        mount(ControlService, control),
        mount(DesignConsumerService, createConsumerService()),
        mount(DesignStateService, createDesignStateService({ database, secrets: createSecretStore(testKey) })),
      ],
    });
    const transport = createInProcessTransport(host, { name: "bedplate", role: Role.SERVICE });
    const listener = await listen({ address: { host: "127.0.0.1", port: 0, tls: false }, host, log });
    const opened: { close(): void }[] = [];
    try {
      await work((token) => {
        const way = createNetworkTransport({ url: listener.url, token });
        opened.push(way);
        return createClient(ControlService, way);
      }, clients.clientFor(DesignStateService));
    } finally {
      for (const way of opened) way.close();
      await listener.close({ graceMs: 100 });
    }
  });
}

const seed = (address: string) => ({
  uri: "bootstrap_seed.yaml",
  text: `site_name: lab
network:
  networks:
  - {name: mgmt, cidr: 10.0.0.0/24}
nodes:
- {name: n1, addressing: [{network: mgmt, address: ${address}}]}
`,
});

const submission = (address: string, requestId: string) => ({
  design: "lab",
  files: [seed(address)],
  requestId,
  message: "first",
});

test("a caller learns who it is, and what the server is", () =>
  withControl(async (as) => {
    expect(await as("olga").whoAmI({})).toMatchObject({ name: "olga", role: Role.OPERATOR });
    expect(await as("").getServerInfo({})).toMatchObject({ version: "1.2.3", database: "embedded" });
  }));

test("files become a revision of the layers they suggest, in the name of whoever sent them", () =>
  withControl(async (as, state) => {
    const submitted = await as("olga").submitDesign(submission("10.0.0.5", "request-1"));
    expect(submitted.changed).toBe(true);
    expect(submitted.revision).toMatchObject({ number: 1n, author: "olga", message: "first", layers: ["formation"] });
    const { item } = await state.getItem({ design: "lab", kind: "Node", name: "n1" });
    expect(item?.spec.case === "node" && item.spec.value.addressing[0]?.address).toBe("10.0.0.5");
  }));

test("the same request again answers the same; the same files again change nothing", () =>
  withControl(async (as) => {
    const olga = as("olga");
    const first = await olga.submitDesign(submission("10.0.0.5", "request-1"));
    const repeated = await olga.submitDesign(submission("10.0.0.5", "request-1"));
    expect(repeated.revision?.number).toBe(first.revision?.number);
    const again = await olga.submitDesign(submission("10.0.0.5", "request-2"));
    expect([again.changed, again.revision?.number]).toEqual([false, 1n]);
    const changed = await olga.submitDesign(submission("10.0.0.6", "request-3"));
    expect([changed.changed, changed.revision?.number]).toEqual([true, 2n]);
  }));

test("a submit that expects an older revision is refused and loses nothing", () =>
  withControl(async (as) => {
    const olga = as("olga");
    await olga.submitDesign(submission("10.0.0.5", "request-1"));
    const refused = await failureOf(
      olga.submitDesign({ ...submission("10.0.0.6", "request-2"), expectedRevision: 0n }),
    );
    expect([refused.code, refused.reason]).toEqual(["Aborted", "REVISION_MOVED"]);
  }));

test("nodes of a design are listed, known or not", () =>
  withControl(async (as, state) => {
    const olga = as("olga");
    await olga.submitDesign(submission("10.0.0.5", "request-1"));
    expect((await olga.listNodes({ design: "lab" })).nodes.map(({ node, phase }) => [node, phase])).toEqual([
      ["n1", NodePhase.UNSPECIFIED],
    ]);
    await state.recordNodeStatus({ design: "lab", updates: [{ node: "n1", phase: NodePhase.DEPLOYED }] });
    expect((await olga.listNodes({ design: "lab" })).nodes[0]?.phase).toBe(NodePhase.DEPLOYED);
    const chosen = async (filter: string) =>
      (await olga.listNodes({ design: "lab", filter, orderBy: "name" })).nodes.length;
    expect(await chosen('status.phase == "DEPLOYED"')).toBe(1);
    expect(await chosen('status.phase == "READY"')).toBe(0);
    const odd = await failureOf(olga.listNodes({ design: "lab", orderBy: "nam" }));
    expect(odd).toMatchObject({ code: "InvalidArgument", message: expect.stringContaining("did you mean name?") });
  }));

test("who did what is on record, page by page, for administrators only", () =>
  withControl(async (as) => {
    const olga = as("olga");
    for (const number of [1, 2, 3]) await olga.submitDesign(submission(`10.0.0.${number + 4}`, `request-${number}`));
    await failureOf(olga.submitDesign({ ...submission("10.0.0.9", "request-9"), expectedRevision: 0n }));
    const refused = await failureOf(olga.listAuditRecords({}));
    expect([refused.code, refused.reason]).toEqual(["PermissionDenied", "ROLE_REQUIRED"]);
    const ada = as("ada");
    const { records } = await ada.listAuditRecords({ pageSize: 1000 });
    const submits = records.filter(({ method }) => method.endsWith("/SubmitDesign"));
    expect(submits.map(({ caller, outcome, subject }) => [caller, outcome, subject])).toEqual([
      ["olga", "ABORTED", "design=lab"],
      ...[3, 2, 1].map(() => ["olga", "ok", "design=lab"]),
    ]);
    const paged = [];
    let pageToken = "";
    do {
      const page = await ada.listAuditRecords({ pageSize: 2, pageToken });
      paged.push(...page.records.map(({ sequence }) => sequence));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(paged.slice(-records.length)).toEqual(records.map(({ sequence }) => sequence));
    expect((await failureOf(ada.listAuditRecords({ pageToken: "nonsense" }))).reason).toBe("INVALID_FIELD");
  }));
