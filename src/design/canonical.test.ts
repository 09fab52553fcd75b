import { describe, expect, it } from "vitest";
import { builtInKinds } from "./built-in-kinds.ts";
import { canonicalJson, digestOf, digestWithoutSecrets } from "./canonical.ts";
import type { KindSchema } from "./kind-schema.ts";

const profile = builtInKinds().get("HostProfile") as KindSchema;

describe("canonical JSON", () => {
  it("sorts keys by UTF-16 units and writes numbers as RFC 8785 does", () => {
    expect(canonicalJson({ "€": 1, "\r": 2, "1": 3, "😀": 4, ö: 1e21, a: [1.0, 0.002, "\u0001<"] })).toBe(
      '{"\\r":2,"1":3,"a":[1,0.002,"\\u0001<"],"ö":1e+21,"€":1,"😀":4}',
    );
  });

  it("gives the same digest whatever the order of keys", () => {
    const digest = digestOf({ b: 1, a: 2 });
    expect(digest).toBe(digestOf({ a: 2, b: 1 }));
    expect(digest).toBe("d3626ac30a87e6f7a6428233b3c68299976865fa5508e4267c5415c76af7a772");
    expect(digest).not.toBe(digestOf({ a: 2, b: 2 }));
  });

  it("leaves secret values out of a digest, and only those", () => {
    const withSecret = (literal: string) => ({ oob: { account: "a", credential: { literal } } });
    const digest = digestWithoutSecrets(profile, withSecret("one"));
    expect(digest).toBe(digestWithoutSecrets(profile, withSecret("two")));
    expect(digest).not.toBe(digestWithoutSecrets(profile, { oob: { account: "b", credential: { literal: "one" } } }));
    const byRef = (ref: string) => digestWithoutSecrets(profile, { oob: { credential: { ref } } });
    expect(byRef("file:a")).not.toBe(byRef("file:b"));
  });
});
