import { create, type DescField, type DescMessage, type Message, toJsonString } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { describe, expect, test } from "vitest";
import { file_bedplate_control_v1_control_service } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { file_bedplate_design_v1_design_state_service } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { file_bedplate_driver_v1_server_driver_service } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { file_bedplate_introspection_v1_introspection_service } from "../../gen/bedplate/introspection/v1/introspection_service_pb.js";
import { file_bedplate_orchestrator_v1_orchestrator_service } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { type Secret, SecretSchema } from "../../gen/bedplate/type/v1/secret_pb.js";
import { isSecret, redactSecrets } from "./redact-secrets.ts";

const CANARY = "CANARY-7f3a";

/** A message in which every secret that can be reached is the canary, down to a depth that recursion can't pass. */
function filled(schema: DescMessage, depth = 0): Message {
  const message = create(schema);
  const reflected = reflect(schema, message);
  for (const field of schema.fields) {
    if (isSecret(field)) plant(field);
    else if (depth < 7 && !(field.oneof && reflected.oneofCase(field.oneof))) descend(field);
  }
  return message;

  function plant(field: DescField): void {
    if (field.fieldKind === "scalar")
      reflected.set(field, field.scalar === 12 ? new TextEncoder().encode(CANARY) : CANARY);
    else if (field.fieldKind === "map") reflected.get(field).set(CANARY, CANARY);
    else if (field.fieldKind === "list") reflected.get(field).add(CANARY);
    else expect.fail(`${field} is a secret of a form this test can't fill`);
  }

  function descend(field: DescField): void {
    const inner = field.message;
    if (inner === undefined || inner.file.proto.package.startsWith("google.")) return;
    const value = reflect(inner, filled(inner, depth + 1));
    if (field.fieldKind === "message") reflected.set(field, value);
    else if (field.fieldKind === "list") reflected.get(field).add(value);
    else if (field.fieldKind === "map" && field.mapKey === 9) reflected.get(field).set("key", value);
  }
}

const files = [
  file_bedplate_control_v1_control_service,
  file_bedplate_design_v1_design_state_service,
  file_bedplate_driver_v1_server_driver_service,
  file_bedplate_introspection_v1_introspection_service,
  file_bedplate_orchestrator_v1_orchestrator_service,
];
const all = new Set(files.flatMap((file) => [file, ...file.dependencies]).flatMap((file) => file.messages));
const messages = [...all].filter((message) => message.typeName.startsWith("bedplate."));
const holding = messages.filter((schema) => JSON.stringify(redactable(schema)).includes(CANARY));

function redactable(schema: DescMessage): string {
  return toJsonString(schema, filled(schema)).replaceAll(btoa(CANARY), CANARY);
}

test("there are messages that hold secrets, or the rest proves nothing", () => {
  const names = holding.map((schema) => schema.typeName);
  expect(names).toEqual(
    expect.arrayContaining(["bedplate.driver.v1.EnsureServerRequest", "bedplate.driver.v1.Target"]),
  );
});

describe("no marked field is ever printed", () => {
  test.each(holding.map((schema) => [schema.typeName, schema] as const))("%s", (_name, schema) => {
    const message = filled(schema);
    const before = toJsonString(schema, message);
    const printed = JSON.stringify(redactSecrets(schema, message));
    expect(printed).not.toContain(CANARY);
    expect(printed).not.toContain(btoa(CANARY));
    expect(toJsonString(schema, message)).toBe(before);
  });
});

test("what isn't secret stays, under either form of its name", () => {
  const reference: Secret = create(SecretSchema, { source: { case: "ref", value: "env:BEDPLATE_SECRET_BMC" } });
  expect(redactSecrets(SecretSchema, reference)).toEqual({ ref: "env:BEDPLATE_SECRET_BMC" });
  const schema = messages.find((message) => message.typeName === "bedplate.type.v1.HardwareManifest");
  if (schema === undefined) expect.fail("no manifest");
  const manifest = create(schema, { systemVendor: "Acme" } as never);
  expect(redactSecrets(schema, manifest)).toEqual({ systemVendor: "Acme" });
  expect(redactSecrets(schema, manifest, { protoNames: true })).toEqual({ system_vendor: "Acme" });
});
