import { expect, test } from "vitest";
import { nodeToken, tokenHash } from "./node-token.ts";
import { userData } from "./user-data.ts";

const key = new Uint8Array(32).fill(7);

test("a node's token is the same in every run of a step, and another for another node, job or key", () => {
  const token = nodeToken(key, "lab", "n1", "job-1");
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(nodeToken(key, "lab", "n1", "job-1")).toBe(token);
  const others = [
    nodeToken(key, "lab", "n2", "job-1"),
    nodeToken(key, "lab", "n1", "job-2"),
    nodeToken(key, "lap", "n1", "job-1"),
    nodeToken(new Uint8Array(32), "lab", "n1", "job-1"),
  ];
  expect(new Set([token, ...others]).size).toBe(5);
  expect(tokenHash(token)).toMatch(/^[0-9a-f]{64}$/);
});

test("user data is cloud-config whatever the URL holds", () => {
  const access = { url: "http://h/'\"\n: x", token: "t", node: "n1" };
  const text = userData(access);
  expect(text.split("\n", 1)).toEqual(["#cloud-config"]);
  const [file] = JSON.parse(text.slice(text.indexOf("\n"))).write_files;
  expect([file.permissions, file.owner, JSON.parse(file.content)]).toEqual(["0600", "root:root", access]);
});
