import { describe, expect, it } from "vitest";
import {
  policyDocument,
  renderShort,
  type ShortDocument,
  textOfDocuments,
  wholeDocument,
} from "../../../test/support/airship-documents.ts";
import { checkDesign } from "../../../test/support/marked-design.ts";

describe("secrets", () => {
  const secret = (storagePolicy: string, schema: string): ShortDocument => ({
    schema,
    name: "pw",
    storagePolicy,
    data: "geheim",
  });
  const host = (name: string, more: Partial<ShortDocument>): ShortDocument => ({
    schema: "drydock/HostProfile/v1",
    name,
    data: {},
    ...more,
  });
  const network = (more: Partial<ShortDocument>): ShortDocument => ({
    ...{ schema: "drydock/Network/v1", name: "n", data: { cidr: "10.0.0.0/24" } },
    ...more,
  });
  const into = (path: string, schema = "deckhand/Passphrase/v1") => ({
    subs: [{ schema, name: "pw", path: ".", dest: { path } }],
  });
  const shown = (...documents: readonly ShortDocument[]) =>
    renderShort(documents).diagnostics.map(({ rule, name, field }) => `${rule} ${name} ${field}`);

  it("are at home in a field for secrets", () => {
    expect(shown(secret("cleartext", "deckhand/Passphrase/v1"), host("h", into(".oob.credential")))).toEqual([]);
  });

  it("are told where everybody sees them, by their kind or by their policy", () => {
    expect(shown(secret("cleartext", "deckhand/Passphrase/v1"), host("h", into(".oob.account")))).toEqual([
      "secret-shown h oob.account",
    ]);
    expect(
      shown(secret("encrypted", "ex/Thing/v1"), host("h", into(".interfaces.eth0.device_link", "ex/Thing/v1"))),
    ).toEqual(['secret-shown h interfaces["eth0"].device_link']);
    expect(
      shown(secret("cleartext", "deckhand/PublicKey/v1"), host("h", into(".oob.account", "deckhand/PublicKey/v1"))),
    ).toEqual([]);
  });

  it("are never repeated: not as the name of a member, nor where their form is wrong", () => {
    const pw = secret("cleartext", "deckhand/Passphrase/v1");
    const files = [
      policyDocument,
      ...[pw, host("h", into(".metadata.tags[0]")), network(into(".mtu"))].map(wholeDocument),
    ];
    const { found, diagnostics } = checkDesign({ f: textOfDocuments(files) });
    expect(found).toContain("f:8 error secret-shown");
    expect(found).toContain("f:6 error secret-shown");
    expect(diagnostics.filter(({ rule }) => rule === "secret-shown").map(({ field }) => field)).toEqual([
      "metadata.tags[0]",
      "mtu",
    ]);
    expect(JSON.stringify(diagnostics)).not.toContain("geheim");
  });

  it.each([".metadata.rack", ".host_profile", ".hardware_profile", ".primary_network", ".platform.image"])(
    "are never repeated as the name %s is",
    (path) => {
      const pw = secret("cleartext", "deckhand/Passphrase/v1");
      const files = [policyDocument, ...[pw, host("h", into(path))].map(wholeDocument)];
      const { diagnostics, evaluation } = checkDesign({ f: textOfDocuments(files) });
      expect(diagnostics.filter(({ rule }) => rule === "secret-shown")).toMatchObject([{ severity: "error" }]);
      expect(JSON.stringify([diagnostics, [...evaluation.items]])).not.toContain("geheim");
    },
  );

  it("stay secret through parents, other sources and patterns", () => {
    const pw = secret("cleartext", "deckhand/Passphrase/v1");
    const parent = host("p", { ...into(".oob.account"), layer: "global", abstract: true, labels: { k: "v" } });
    expect(shown(pw, parent, host("c", { sel: { k: "v" }, data: { a: 1 } }))).toEqual(["secret-shown c oob.account"]);
    const middle: ShortDocument = {
      schema: "ex/Thing/v1",
      name: "t",
      data: { url: "http://PW@x" },
      subs: [{ schema: "deckhand/Passphrase/v1", name: "pw", path: ".", dest: { path: ".url", pattern: "PW" } }],
    };
    const end = host("e", {
      subs: [{ schema: "ex/Thing/v1", name: "t", path: ".url", dest: { path: ".platform.image" } }],
    });
    expect(shown(pw, middle, end)).toEqual(["secret-shown e platform.image"]);
  });
});

describe("a site that grows by itself", () => {
  const doubling = (
    count: number,
    data: (index: number) => unknown,
    sub: (index: number) => readonly object[],
  ): readonly ShortDocument[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `n${index}`,
      data: data(index),
      ...(index > 0 && { subs: sub(index) }),
    }));

  it("is refused when values multiply", () => {
    const documents = doubling(
      12,
      (index) => (index === 0 ? { v: [1, 2, 3, 4] } : {}),
      (index) => [0, 1, 2, 3].map((at) => ({ name: `n${index - 1}`, path: ".v", dest: { path: `.v[${at}]` } })),
    );
    const { errors, diagnostics } = renderShort(documents);
    expect(new Set(errors)).toEqual(new Set(["rendered-limit"]));
    expect(diagnostics.every(({ location }) => (location?.line ?? 0) > 2)).toBe(true);
  });

  it("is refused when texts multiply", () => {
    const documents = doubling(
      40,
      (index) => (index === 0 ? { v: "A".repeat(1000) } : { v: "A".repeat(1000) }),
      (index) => [{ name: `n${index - 1}`, path: ".v", dest: { path: ".v", pattern: "A" } }],
    );
    expect(renderShort(documents).errors).toContain("rendered-limit");
  });

  it("is refused when it becomes too deep", () => {
    const documents = doubling(
      80,
      (index) => (index === 0 ? { v: 1 } : {}),
      (index) => [{ name: `n${index - 1}`, path: ".v", dest: { path: ".v.w" } }],
    );
    expect(renderShort(documents).errors).toContain("rendered-limit");
  });

  it("is refused when all of it is too much", () => {
    const text = "x".repeat(1_000_000);
    const documents: readonly ShortDocument[] = [
      { name: "s", data: { v: [text, text, text] } },
      ...Array.from({ length: 50 }, (_, index) => ({
        name: `d${index}`,
        data: {},
        subs: [{ path: ".v", dest: { path: ".v" } }],
      })),
    ];
    const { errors } = renderShort(documents);
    expect(errors.length).toBeGreaterThan(5);
    expect(new Set(errors)).toEqual(new Set(["rendered-limit"]));
  });

  it("is refused when the searches of its patterns multiply, each of which is allowed", () => {
    const searching = (count: number): readonly ShortDocument[] => [
      { name: "s", data: { v: "x".repeat(999) } },
      {
        name: "d",
        data: {},
        subs: Array.from({ length: count }, (_, index) => ({
          ...{ path: ".v", dest: { path: `.w${index}` } },
          pattern: "a*b*c",
        })),
      },
    ];
    expect(renderShort(searching(20)).errors).toEqual([]);
    expect(renderShort(searching(25)).errors).toEqual(Array.from({ length: 5 }, () => "rendered-limit"));
  });

  it("may be a chain as long as it likes", () => {
    const chain = doubling(
      3000,
      () => ({ v: 1 }),
      (index) => [{ name: `n${index - 1}`, path: ".v", dest: { path: ".v" } }],
    );
    expect(renderShort(chain).found).toEqual([]);
    const circle = chain.map((document, index) =>
      index === 0 ? { ...document, subs: [{ name: "n2999", path: ".v", dest: { path: ".v" } }] } : document,
    );
    expect(renderShort(circle).errors).toEqual(["substitution-dependency-cycle"]);
  });
});
