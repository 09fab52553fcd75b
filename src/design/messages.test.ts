import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { describe, expect, it } from "vitest";
import { DocumentSchema } from "../../gen/bedplate/design/v1/document_pb.js";
import { EffectiveItemSchema } from "../../gen/bedplate/design/v1/item_pb.js";
import { DiagnosticSchema } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { designDocuments } from "../../test/support/design-documents.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { diagnosticFromMessage, documentFromMessage, effectiveItemFromMessage } from "./from-message.ts";
import { diagnosticToMessage, documentToMessage, effectiveItemToMessage } from "./to-message.ts";

const node = {
  kind: "Node",
  name: "n1",
  tree: {
    host_profile: "p",
    oob: { type: "ipmi", credential: { ref: "file:bmc" }, parameters: { a: "b" } },
    interfaces: [{ name: "bond0", slaves: ["n1", "n2"], sriov: { vf_count: 4, trustedmode: false } }],
    addressing: [{ network: "mgmt", address: "10.0.0.1" }],
    dns_servers: ["10.0.0.9"],
  },
  inputs: ["Node/n1"],
};

describe("messages of items", () => {
  it("hold what the tree holds, over the wire and back", () => {
    const message = effectiveItemToMessage(node, { digest: "d", fromRevision: 3n });
    const received = fromBinary(EffectiveItemSchema, toBinary(EffectiveItemSchema, message));
    expect(received).toMatchObject({ kind: "Node", name: "n1", digest: "d", fromRevision: 3n, spec: { case: "node" } });
    expect(createValidator().validate(EffectiveItemSchema, received).kind).toBe("valid");
    expect(effectiveItemFromMessage(received)).toEqual(node);
  });

  it("hold kinds the contract doesn't know as records", () => {
    const item = { kind: "Firewall.acme.example", name: "f", tree: { rules: [{ port: 22 }] } };
    const message = effectiveItemToMessage(item);
    expect(message.spec.case).toBe("custom");
    expect(effectiveItemFromMessage(message)).toEqual({ ...item, inputs: ["Firewall.acme.example/f"] });
  });
});

describe("messages of documents", () => {
  it("hold the spec as written and every place, over the wire and back", () => {
    const [first] = designDocuments(`kind: HostProfile
name: p
spec:
  interfaces: [{name: "!pxe"}, {name: bond0, networks: [a]}]
  metadata: {owner_data: {"!x": null, y: 1}}`);
    const document = { ...first?.document, conversions: [{ field: "metadata", message: "as it was" }] } as NonNullable<
      typeof first
    >["document"];
    const message = create(DocumentSchema, documentToMessage(document));
    expect(createValidator().validate(DocumentSchema, message).kind).toBe("valid");
    const received = fromBinary(DocumentSchema, toBinary(DocumentSchema, message));
    expect(documentFromMessage(received)).toEqual(document);
  });

  it("are located by their item when they come from no file", () => {
    const document = documentFromMessage(create(DocumentSchema, { kind: "Node", name: "n" }));
    expect(document).toMatchObject({ spec: {}, location: { uri: "Node/n", line: 0, column: 0 } });
  });
});

describe("messages of diagnostics", () => {
  const diagnostic: Diagnostic = {
    ...{ rule: "unknown-field", severity: "warning", message: "m", hint: "h", kind: "Node", name: "n", field: "a.b" },
    location: { uri: "f", line: 1, column: 2 },
    related: [{ message: "there", location: { uri: "g", line: 3, column: 4 } }],
  };

  it("come back as they were", () => {
    for (const each of [diagnostic, { ...diagnostic, severity: "info" as const, related: [] }]) {
      expect(diagnosticFromMessage(create(DiagnosticSchema, diagnosticToMessage(each)))).toEqual(each);
    }
  });

  it("are cut to what the contract takes", () => {
    const long = { ...diagnostic, message: "😀".repeat(3000), related: Array(200).fill(diagnostic.related[0]) };
    const message = create(DiagnosticSchema, diagnosticToMessage(long));
    expect(createValidator().validate(DiagnosticSchema, message).kind).toBe("valid");
    expect([...message.message]).toHaveLength(2048);
  });
});
