import { describe, expect, it } from "vitest";
import { DocumentSchema } from "../../gen/bedplate/design/v1/document_pb.js";
import { builtInKinds } from "./built-in-kinds.ts";
import { kindFromDescriptor } from "./kind-from-descriptor.ts";

const kinds = builtInKinds();
const field = (kind: string, name: string) => kinds.get(kind)?.message.fields.get(name);

describe("kinds of the contract", () => {
  it("are all found, with the field that names the parent", () => {
    expect([...kinds.keys()].sort()).toEqual(
      [
        ...["BootAction", "HardwareProfile", "HostProfile", "Network", "NetworkLink", "Node", "Rack", "Site"],
        ...["Layer", "CustomKind", "Rule"],
      ].sort(),
    );
    expect(kinds.get("Node")?.parentField).toMatchObject({ name: "host_profile", parent: "HostProfile" });
    expect(kinds.get("Network")?.parentField).toBeUndefined();
  });

  it("have the meaning of their fields from options and constraints", () => {
    expect(field("Network", "vlan")).toMatchObject({
      formation: true,
      shape: { type: "scalar", scalar: { type: "integer", gte: 1, lte: 4094 } },
    });
    expect(field("Node", "interfaces")).toMatchObject({ shape: { type: "keyed", key: "name", maxItems: 256 } });
    expect(field("Rack", "local_networks")).toMatchObject({
      references: "Network",
      shape: { type: "strings", item: { type: "string", maxLength: 253 }, maxItems: 256 },
    });
    expect(field("NetworkLink", "mtu")?.effectiveDefault).toBe(1500);
    expect(field("BootAction", "signaling")?.effectiveDefault).toBe(true);
    expect(field("Network", "ranges")?.shape).toMatchObject({ type: "list", maxItems: 256 });
    const oob = field("HostProfile", "oob")?.shape;
    const credential = oob?.type === "message" ? oob.message.fields.get("credential")?.shape : undefined;
    const secret = credential?.type === "message" ? credential.message : undefined;
    expect(secret?.hasSecret).toBe(true);
    expect(secret?.fields.get("literal")).toMatchObject({ secret: true, oneof: "source" });
    expect(secret?.fields.get("ref")).toMatchObject({ secret: false, oneof: "source" });
  });

  it("are marked: any other message is none", () => {
    expect(kindFromDescriptor(DocumentSchema)).toBeUndefined();
  });
});
