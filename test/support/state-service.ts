import { randomUUID } from "node:crypto";
import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { pino } from "pino";
import {
  CommitMode,
  type CommitResponse,
  DesignStateService,
} from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Document, DocumentSchema } from "../../gen/bedplate/design/v1/document_pb.js";
import type { DiagnosticSchema } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import type { Database } from "../../src/db/database.ts";
import { secretKeyFromText } from "../../src/db/secret-key.ts";
import { createSecretStore } from "../../src/db/secret-store.ts";
import { createInProcessTransport } from "../../src/mesh/in-process-transport.ts";
import { createServiceHost, mount } from "../../src/mesh/service-host.ts";
import type { StateDeps } from "../../src/state/deps.ts";
import { createDesignStateService } from "../../src/state/design-state-service.ts";
import type { DesignValidator } from "../../src/state/validators.ts";
import { withDatabase } from "./database.ts";

/** A client of the state service. */
export type StateClient = Client<typeof DesignStateService>;

/** A document as a client sends it. */
export type DocumentInit = Exclude<MessageInitShape<typeof DocumentSchema>, Document>;

/** The key every test seals with. */
export const testKey = secretKeyFromText("5a".repeat(32));

/** The state service over a database, called in process through everything the mesh puts before it. */
export function stateClient(
  database: Database,
  role: Role = Role.SERVICE,
  key = testKey,
  validators: readonly DesignValidator[] = [],
): StateClient {
  return stateClientOf({ database, secrets: createSecretStore(key), validators }, role);
}

/** A client of the state service with everything it stands on given. */
export function stateClientOf(deps: Omit<StateDeps, "secrets"> & Partial<StateDeps>, role: Role = Role.SERVICE) {
  const service = createDesignStateService({ secrets: createSecretStore(testKey), ...deps });
  const host = createServiceHost({
    log: pino({ level: process.env.BEDPLATE_TEST_LOG ?? "fatal" }),
    authenticator: { authenticate: () => Promise.resolve(undefined) },
    services: [mount(DesignStateService, service)],
  });
  return createClient(DesignStateService, createInProcessTransport(host, { name: "tester", role }));
}

/** Runs `work` with a state service of its own, over an empty database. */
export function withState<Result>(work: (client: StateClient, database: Database) => Promise<Result>): Promise<Result> {
  return withDatabase((database) => work(stateClient(database), database));
}

/** A document of an item, as if it stood at a line of a file. */
export function documentOf(kind: string, name: string, spec: JsonObject, line = 1, uri = "site.yaml"): DocumentInit {
  const fields = Object.keys(spec).map((field, index) => [field, { line: line + 1 + index, column: 3 }]);
  return {
    ...{ kind, name, spec, complete: true, form: "test" },
    location: { uri, line, column: 1 },
    source: { line, column: 1, fields: Object.fromEntries(fields) },
  };
}

/** What one commit says. */
export interface CommitOptions {
  readonly design?: string;
  readonly mode?: CommitMode;
  readonly deletions?: ReadonlyArray<{ readonly kind: string; readonly name: string }>;
  readonly diagnostics?: ReadonlyArray<MessageInitShape<typeof DiagnosticSchema>>;
  readonly expectedRevision?: bigint;
  readonly message?: string;
}

const DOCUMENTS_PER_CALL = 5_000;

/** Commits documents to one layer of a design (by default of design "lab"), in one change. */
export async function commitTo(
  client: StateClient,
  layer: string,
  documents: readonly DocumentInit[],
  options: CommitOptions = {},
): Promise<CommitResponse> {
  const { design = "lab", mode = CommitMode.PATCH, deletions = [], diagnostics = [], expectedRevision } = options;
  await client.createDesign({ design });
  const { changeId } = await client.openChange({
    design,
    layers: [layer],
    requestId: randomUUID(),
    message: options.message ?? "",
    ...(expectedRevision !== undefined && { expectedRevision }),
  });
  // A call takes ten thousand documents and 4 MiB at most.
  for (let at = 0; at === 0 || at < documents.length; at += DOCUMENTS_PER_CALL) {
    const part = documents.slice(at, at + DOCUMENTS_PER_CALL);
    await client.putDocuments({ changeId, layer, documents: part, diagnostics: at === 0 ? [...diagnostics] : [] });
  }
  if (deletions.length > 0) await client.deleteDocuments({ changeId, layer, keys: [...deletions] });
  // Ten thousand documents take their time.
  return client.commit({ changeId, mode }, { timeoutMs: 300_000 });
}

const nic = { alias: "nic1", bus_type: "pci", address: "0000:00:03.0" };
const mgmt = { slaves: ["nic1"], networks: ["mgmt"] };
const storage = { layout: "flat" };
const routes = [{ subnet: "0.0.0.0/0", gateway: "10.0.0.1" }];
const host = { primary_network: "mgmt", hardware_profile: "box", platform: { image: "noble" } };

/** A small valid site: one network, one profile, and as many nodes as told. */
export function smallSite(nodes: number): DocumentInit[] {
  const site = [
    documentOf("Site", "lab", { domain: "lab.example" }, 1),
    documentOf("NetworkLink", "access", { trunking: { mode: "disabled", default_network: "mgmt" } }, 10),
    documentOf("Network", "mgmt", { cidr: "10.0.0.0/16", routes }, 20),
    documentOf("HardwareProfile", "box", { vendor: "Acme", device_aliases: [nic] }, 30),
    documentOf(
      "HostProfile",
      "base",
      { ...host, interfaces: [{ name: "pxe", device_link: "access", ...mgmt }], storage },
      40,
    ),
  ];
  const hosts = Array.from({ length: nodes }, (_, index) => nodeDocument(index));
  return [...site, ...hosts];
}

/** The nth node of `smallSite`, perhaps with other fields. */
export function nodeDocument(index: number, spec: JsonObject = {}): DocumentInit {
  const address = `10.0.${Math.floor(index / 200)}.${(index % 200) + 10}`;
  const name = `n${String(index).padStart(3, "0")}`;
  return documentOf(
    "Node",
    name,
    { host_profile: "base", addressing: [{ network: "mgmt", address }], ...spec },
    100 + index * 10,
  );
}
