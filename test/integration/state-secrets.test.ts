import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { type Database, execute } from "../../src/db/database.ts";
import { secretKeyFromText } from "../../src/db/secret-key.ts";
import { failureOf } from "../support/failure-of.ts";
import {
  commitTo,
  type DocumentInit,
  documentOf,
  nodeDocument,
  type StateClient,
  smallSite,
  stateClient,
  withState,
} from "../support/state-service.ts";

const CANARY = "canary-hunter2";

/** Every row of every table of every schema, as text. */
async function dumpOf({ db }: Database): Promise<string> {
  const tables = await execute<{ name: string }>(
    db,
    sql`select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  let dump = "";
  for (const { name } of tables) {
    const rows = await execute<{ row: string }>(db, sql`select t::text as row from ${sql.raw(name)} t`);
    dump += rows.map(({ row }) => `${name} ${row}\n`).join("");
  }
  return dump;
}

const withCredential = (credential: string) =>
  documentOf(
    "HostProfile",
    "secret",
    { oob: { type: "ipmi", account: "root", credential: { literal: credential } } },
    60,
  );

async function refOf(client: StateClient): Promise<string> {
  const { items } = await client.getRawItem({ design: "lab", kind: "HostProfile", name: "secret" });
  const ref = /"ref":"([^"]+)"/.exec(JSON.stringify(items[0]?.spec))?.[1];
  if (ref === undefined) throw new Error("the profile has no reference");
  return ref;
}

test("a literal is stored nowhere in clear, neither while staged nor once committed", () =>
  withState(async (client, database) => {
    await client.createDesign({ design: "lab" });
    const { changeId } = await client.openChange({ design: "lab", layers: ["site"], requestId: randomUUID() });
    const documents: DocumentInit[] = [
      withCredential(CANARY),
      documentOf("Site", "lab", { domain: "lab.example", legacy_provisioner_key: { literal: CANARY } }),
      documentOf("Node", "bare", { oob: { credential: CANARY } }),
      documentOf("Node", "list", { oob: [{ credential: { literal: CANARY } }] }),
      documentOf("Node", "both", { oob: { credential: { ref: "file:x", literal: CANARY } } }),
      documentOf("Node", "odd", { oob: { credential: { value: CANARY } } }),
      documentOf("Node", "typo", { oob: { credentail: CANARY, ipmi_password: { deep: [CANARY] } } }),
      documentOf("Node", "removed", { "!oob": { credential: { literal: CANARY } } }),
      documentOf("Firewall.acme.example", "fw", { rules: [{ admin_password: CANARY }] }),
      {
        ...nodeDocument(0),
        conversions: [{ field: "oob.credential", message: `ipmi_password "${CANARY}" became a literal` }],
      },
    ];
    const related = [{ message: `also ${CANARY}`, location: { uri: "a", line: 1, column: 1 } }];
    const finding = { rule: "odd", severity: Severity.INFO, message: `found ${CANARY}`, hint: CANARY, related };
    await client.putDocuments({ changeId, layer: "site", documents, diagnostics: [finding] });
    const staged = await dumpOf(database);
    expect(staged).toContain("bedplate.change_document");
    expect(staged).not.toContain(CANARY);
    const { diagnostics } = await client.commit({ changeId });
    const committed = await dumpOf(database);
    expect(committed).toContain("bedplate.effective_item");
    expect(committed).not.toContain(CANARY);
    const answers = [
      diagnostics,
      await client.listItems({ design: "lab" }),
      await client.listRawItems({ design: "lab" }),
    ];
    expect(JSON.stringify(answers, (_, value) => (typeof value === "bigint" ? `${value}` : value))).not.toContain(
      CANARY,
    );
  }));

test("a sealed literal reads as a reference, warns as a literal, and opens for services alone", () =>
  withState(async (client, database) => {
    const { diagnostics } = await commitTo(client, "site", [...smallSite(1), withCredential(CANARY)]);
    expect(diagnostics).toMatchObject([
      { rule: "secret-in-clear", severity: Severity.WARNING, field: "oob.credential", location: { line: 61 } },
    ]);
    const ref = await refOf(client);
    expect(ref).toMatch(/^sealed:/);
    const { item } = await client.getItem({ design: "lab", kind: "HostProfile", name: "secret" });
    expect(item?.spec.value).toMatchObject({ oob: { credential: { source: { case: "ref", value: ref } } } });
    expect((await client.unsealSecret({ design: "lab", ref })).value).toBe(CANARY);
    const operator = stateClient(database, Role.ADMIN);
    expect(await failureOf(operator.unsealSecret({ design: "lab", ref }))).toMatchObject({ code: "PermissionDenied" });
    const explained = await client.explain({
      ...{ design: "lab", kind: "HostProfile", name: "secret", path: "oob.credential" },
    });
    expect(explained.explanation?.from).toMatchObject({ uri: "site.yaml", line: 61 });
  }));

test("an unchanged literal leaves its document unchanged, another one changes it", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...smallSite(1), withCredential(CANARY)]);
    const first = await refOf(client);
    expect((await commitTo(client, "site", [withCredential(CANARY)])).changed).toBe(false);
    const changed = await commitTo(client, "site", [withCredential("another-secret")]);
    expect(changed).toMatchObject({ changed: true, revision: { counters: { documentsChanged: 1, itemsChanged: 1 } } });
    const second = await refOf(client);
    expect(second).not.toBe(first);
    expect((await client.unsealSecret({ design: "lab", ref: second })).value).toBe("another-secret");
    expect((await client.unsealSecret({ design: "lab", ref: first })).value).toBe(CANARY);
  }));

test("what was read may be sent back, but a reference of another design is refused", () =>
  withState(async (client) => {
    await commitTo(client, "site", [...smallSite(1), withCredential(CANARY)]);
    const ref = await refOf(client);
    const same = documentOf("HostProfile", "copy", { oob: { credential: { ref } } }, 70);
    expect((await commitTo(client, "site", [same])).changed).toBe(true);
    const stolen = commitTo(client, "site", [same], { design: "office" });
    expect(await failureOf(stolen)).toMatchObject({ code: "InvalidArgument", reason: "INVALID_FIELD" });
    await client.createDesign({ design: "office" });
    expect(await failureOf(client.unsealSecret({ design: "office", ref }))).toMatchObject({ code: "NotFound" });
  }));

test("a secret that is too long is refused without being repeated", () =>
  withState(async (client) => {
    const failure = await failureOf(commitTo(client, "site", [withCredential(CANARY.repeat(400))]));
    expect(failure).toMatchObject({
      code: "InvalidArgument",
      message: "HostProfile/secret: oob.credential.literal holds a secret of more than 4096 characters",
    });
  }));

test("with another key a sealed literal can't be opened, and the error says what to do", () =>
  withState(async (client, database) => {
    await commitTo(client, "site", [withCredential(CANARY)]);
    const ref = await refOf(client);
    const other = stateClient(database, Role.SERVICE, secretKeyFromText("00".repeat(32)));
    expect(await failureOf(other.unsealSecret({ design: "lab", ref }))).toMatchObject({
      ...{ code: "FailedPrecondition", reason: "SECRET_UNAVAILABLE" },
      message: expect.stringContaining("sealed with another key"),
    });
  }));
