import { createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { DesignConsumerService } from "../../gen/bedplate/design/v1/design_consumer_service_pb.js";
import { Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { createConsumerService } from "./consumer-service.ts";

const client = createClient(
  DesignConsumerService,
  createRouterTransport((router) => void router.service(DesignConsumerService, createConsumerService())),
);

async function consume(text: string) {
  const answers = [];
  for await (const answer of client.consume({ files: [{ uri: "bootstrap_seed.yaml", text }] })) answers.push(answer);
  return {
    answers,
    documents: answers.flatMap(({ documents }) => documents),
    diagnostics: answers.flatMap(({ diagnostics }) => diagnostics),
  };
}

const network = (name: string) => `---\napiVersion: v1\nkind: Network\nmetadata: {name: ${name}}\nspec: {vlan_id: 5}\n`;

describe("the consumer's service", () => {
  it("tells what it is", async () => {
    expect(await client.getConsumerInfo({})).toMatchObject({
      name: "dev.bedplate.design-files",
      forms: expect.arrayContaining(["bedplate-v1", "aic-a", "aic-b"]),
    });
  });

  it("answers with documents, their places and what was rewritten, and with diagnostics", async () => {
    const { documents, diagnostics } = await consume(`${network("a")}colour: red\n`);
    expect(documents).toMatchObject([
      {
        ...{ kind: "Network", name: "a", part: "formation", complete: true, form: "aic-b", spec: { vlan: 5 } },
        location: { uri: "bootstrap_seed.yaml", line: 2, column: 1 },
        source: { fields: { vlan: { line: 5, column: 17, keyLine: 5, keyColumn: 8 } } },
        conversions: [{ field: "vlan", message: "vlan_id is vlan" }],
      },
    ]);
    expect(diagnostics).toMatchObject([
      { rule: "unknown-field", severity: Severity.ERROR, kind: "Network", name: "a", location: { line: 6, column: 1 } },
    ]);
  });

  it("answers in parts when there is much", async () => {
    const text = Array.from({ length: 1200 }, (_, index) => network(`n${index}`)).join("");
    const { answers, documents } = await consume(text);
    expect(answers.map((answer) => answer.documents.length)).toEqual([500, 500, 200]);
    expect(documents.map(({ name }) => name)).toEqual(Array.from({ length: 1200 }, (_, index) => `n${index}`));
    const long = `metadata: {name: a, description: ${"x".repeat(400_000)}}`;
    const large = Array.from({ length: 3 }, (_, index) =>
      network(`n${index}`).replace(/metadata.*/, long.replace("name: a", `name: n${index}`)),
    );
    expect((await consume(large.join(""))).answers.map((answer) => answer.documents.length)).toEqual([1, 1, 1]);
  });
});
