import { createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { DesignValidatorService } from "../../gen/bedplate/design/v1/design_validator_service_pb.js";
import { Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { effectiveItemToMessage } from "../design/to-message.ts";
import type { TreeMap } from "../design/tree.ts";
import { groupRules, itemRules } from "./rules.ts";
import { createValidatorService } from "./validator-service.ts";

const client = createClient(
  DesignValidatorService,
  createRouterTransport((router) => void router.service(DesignValidatorService, createValidatorService())),
);

async function validate(...items: readonly (readonly [kind: string, name: string, tree: TreeMap])[]) {
  const messages = items.map(([kind, name, tree]) => effectiveItemToMessage({ kind, name, tree }));
  return (await client.validate({ items: messages })).diagnostics;
}

describe("the validator's service", () => {
  it("tells which rules it has", async () => {
    const { name, rules } = await client.getValidatorInfo({});
    expect(name).toBe("dev.bedplate.rules");
    expect(rules.map(({ id }) => id)).toEqual([...itemRules, ...groupRules].map(({ id }) => id));
    expect(rules.find(({ id }) => id === "network-cidr")).toMatchObject({
      severity: Severity.ERROR,
      kinds: ["Network"],
    });
  });

  it("answers with findings by item and field, and no place", async () => {
    const found = await validate(
      ["Network", "b", { cidr: "10.1.0.7/24" }],
      ["Network", "a", { cidr: "10.2.0.0/24", vlan: 7 }],
      ["Network", "c", { cidr: "10.2.0.0/24" }],
    );
    expect(found).toMatchObject([
      { rule: "network-cidr", severity: Severity.ERROR, kind: "Network", name: "b", field: "cidr" },
      { rule: "overlapping-cidr", kind: "Network", name: "c", field: "cidr" },
    ]);
    expect(found.every(({ location }) => location === undefined)).toBe(true);
    expect(await validate(["Network", "a", { cidr: "10.2.0.0/24" }])).toEqual([]);
  });

  it("checks items by the rules that come with them, those of kinds it doesn't know too", async () => {
    const rule = { kinds: ["Firewall.acme.example"], check: "spec.ports.all(p, p < 1024)", message: "a high port" };
    const found = await validate(
      ["Firewall.acme.example", "f", { ports: [80, 443] }],
      ["Firewall.acme.example", "g", { ports: [8080] }],
      ["Rule", "low-ports", rule],
    );
    expect(found).toMatchObject([{ rule: "low-ports", name: "g", message: "a high port" }]);
  });

  it("answers within the bounds of the contract", async () => {
    const node = { addressing: Array.from({ length: 250 }, (_, index) => ({ network: `n${index}`, address: "x" })) };
    const nodes = Array.from({ length: 60 }, (_, index) => ["Node", `n${index}`, node] as const);
    const found = await validate(...nodes);
    expect(found).toHaveLength(10_000);
    expect(found.at(-1)).toMatchObject({ rule: "too-many-findings", severity: Severity.ERROR });
  });
});
