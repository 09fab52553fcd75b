import { describe, expect, it } from "vitest";
import { runGuide } from "./run-guide.ts";

const fence = "```";
const guide = `# Guide

${fence}yaml file=site/a.yaml
a: 1
${fence}

${fence}yaml append=site/a.yaml
b: 2
${fence}

${fence}yaml
of: no file
${fence}

${fence}console
$ cat site/a.yaml \\
    | wc -l
2
$ true
$ ls
site
${fence}

${fence}console exit=2
$ bedplate validate nowhere
error: nowhere doesn't exist; check the path
${fence}
`;

describe("a guide that is carried out", () => {
  it("is as it was when it tells the truth", async () => {
    expect(await runGuide(guide)).toBe(guide);
  });

  it("tells the truth afterwards when it didn't", async () => {
    const wrong = guide.replace("\n2\n", "\nthree\nlines\nmore\n").replace("nowhere doesn't exist; ", "");
    expect(await runGuide(wrong)).toBe(guide);
  });

  it("fails at a command that ends otherwise than it says, and at blocks it can't read", async () => {
    await expect(runGuide(guide.replace("exit=2", "exit=1"))).rejects.toThrow("ended with 2, the guide says 1");
    await expect(runGuide(`${fence}console\nhello\n${fence}\n`)).rejects.toThrow("line 2: output before a command");
    await expect(runGuide(`${fence}console\n$ true\n`)).rejects.toThrow("line 1: a block that is never closed");
  });

  it("prepares what the guide takes for granted", async () => {
    const text = `${fence}console\n$ echo $WHO\nme\n${fence}\n`;
    expect(await runGuide(text, { env: { WHO: "me" } })).toBe(text);
  });
});
