import type { Edit } from "../sound-design.ts";
import type { RuleExamples } from "./rule-examples.ts";

/** The site with more fields; lines are indented below its spec. */
function site(...lines: readonly string[]): readonly Edit[] {
  const domain = "  domain: plant7.example\n";
  return [[domain, `${domain}${lines.map((line) => `  ${line}\n`).join("")}`]];
}

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHKCdFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1";
const tagged = (list: string): readonly Edit[] => [
  [
    "    rack: r1\n    boot_mac: 52:54:00:07:00:0b\n",
    `    rack: r1\n    tags: ${list}\n    boot_mac: 52:54:00:07:00:0b\n`,
  ],
];

/** Examples of the rules about the site, and about tags. */
export const siteExamples: Readonly<Record<string, RuleExamples>> = {
  "authorized-key": {
    passes: {
      "a key with a comment": site("authorized_keys:", `- ${key} somebody@plant7`),
      "a key in a block": site("authorized_keys:", "- |", `  ${key}`),
    },
    fails: {
      "a word": site("authorized_keys:", "- somebody # <- authorized-key"),
      "a key that was cut off in front": site(
        "authorized_keys:",
        "- ssh-rsa B3NzaC1yc2EAAA somebody # <- authorized-key",
      ),
      "two keys in one": site("authorized_keys:", "- | # <- authorized-key", `  ${key} one`, `  ${key} two`),
      "a private key": site(
        "authorized_keys:",
        "- | # <- authorized-key",
        "  -----BEGIN OPENSSH PRIVATE KEY-----",
        "  b3Bl",
      ),
    },
  },
  "package-repository": {
    passes: {
      "an archive and a personal one": site(
        ...["repositories:", "- {name: a, repo_type: apt, url: 'https://archive.example/ubuntu'}"],
        "- {name: b, repo_type: apt, url: 'ppa:owner/name'}",
      ),
    },
    fails: {
      "no address": site("repositories:", "- {name: a, repo_type: apt} # <- package-repository"),
      "half an address": site("repositories:", "- {name: a, url: archive.example/ubuntu} # <- package-repository"),
    },
  },
  "tag-definition": {
    passes: {
      "quotes and brackets": site(
        ...[
          "tag_definitions:",
          `- {tag: gpu, definition_type: lshw_xpath, definition: '//node[@id="display"]/node[(.="a]")]'}`,
        ],
      ),
    },
    fails: {
      "no rule": site("tag_definitions:", "- {tag: gpu, definition_type: lshw_xpath} # <- tag-definition"),
      "a bracket that isn't closed": site(
        "tag_definitions:",
        "- {tag: gpu, definition: '//node[@id'} # <- tag-definition",
      ),
      "a quote that isn't closed": site(
        "tag_definitions:",
        "- {tag: gpu, definition: '//node[@id=\"x]'} # <- tag-definition",
      ),
    },
  },
  "tag-name": {
    passes: { "letters, digits, hyphens and underscores": tagged("[gpu_2, fast-disk]") },
    fails: { "a blank and a colon": tagged("['fast disk', 'team:ai'] # <- tag-name, tag-name") },
  },
};
