import type { FuzzInput, InputFile } from "./input.ts";
import type { Random } from "./random.ts";

/** What is put where a value, a key or any text may stand. */
const tokens: readonly string[] = [
  ...[
    "!",
    "'!'",
    "-1",
    "null",
    "~",
    "true",
    "yes",
    "''",
    '""',
    "[]",
    "{}",
    "[[]]",
    "{a: {}}",
    "!name",
    "{{ x }}",
    "{% if %}",
  ],
  ...["0", "007", "0o17", "1.10", "1e999", "-.inf", ".nan", "9007199254740993", `1${"0".repeat(400)}`, "12:30:45"],
  ...[
    "&a x",
    "&a {b: c}",
    "*a",
    "&a [*a]",
    "<<: *a",
    "<<: [*a, *b]",
    "? [x]",
    "!!binary x",
    "!!int x",
    "!<tag:x> y",
    "!e!x y",
  ],
  ...[
    "|",
    "|+",
    ">-",
    "|9",
    "- ",
    "-",
    ": ",
    "? ",
    "# x",
    "---",
    "...",
    "%YAML 1.2",
    "%TAG ! x",
    "`",
    "@",
    "\\",
    '"\\u0000"',
    '"\\ud800"',
  ],
  ...["10.0.0.0/24", "10.0.0.0/33", "::1", "fe80::1%eth0", "::ffff:10.0.0.1", "52-54-00-00-00-01", "dhcp", "999.1.1.1"],
  ...[
    "Node",
    "Region",
    "HostProfile",
    "bedplate/v1",
    "v1.0",
    "drydock/Node/v1",
    "apiVersion",
    "constructor",
    "__proto__",
    "hasOwnProperty",
  ],
  ...["1%", ">10g", "10zb", "-5g", "99999999999999999999t", "root=/dev/x y=z", "file:x", "env:BEDPLATE_SECRET_X"],
  ...["\u202e", "\u2028", "\ufeff", "\u0085", "😀", "e\u0301", "\ufffd", "\u0001", "\t", "\r", "\0"],
];

type Mutation = (text: string, random: Random, others: readonly InputFile[]) => string;

const onLines =
  (change: (lines: string[], random: Random, others: readonly InputFile[]) => void): Mutation =>
  (text, random, others) => {
    const lines = text.split("\n");
    change(lines, random, others);
    return lines.join("\n");
  };

const mutations: readonly Mutation[] = [
  // Single bytes, which may leave what is no UTF-8.
  (text, random) => {
    const bytes = Buffer.from(text);
    if (bytes.length === 0) return text;
    for (let count = 1 + random.below(4); count > 0; count--) bytes[random.below(bytes.length)] = random.below(256);
    return bytes.toString("utf8");
  },
  // A text that breaks off, perhaps inside a character.
  (text, random) => {
    const bytes = Buffer.from(text);
    return bytes.subarray(0, random.below(bytes.length + 1)).toString("utf8");
  },
  insertAt((random) => random.of(tokens)),
  insertAt((random) => "[".repeat(1 + random.below(120))),
  insertAt((random) => "{a: ".repeat(1 + random.below(120))),
  insertAt((random) =>
    Array.from({ length: 1 + random.below(110) }, (_, depth) => `\n${"  ".repeat(depth)}a:`).join(""),
  ),
  insertAt((random) => random.of(tokens).repeat(1 + random.below(2000))),
  onLines((lines, random) => void lines.splice(random.below(lines.length), 1 + random.below(3))),
  onLines((lines, random) => {
    const from = random.below(lines.length);
    const block = lines.slice(from, from + 1 + random.below(12));
    lines.splice(random.onceIn(2) ? from : random.below(lines.length), 0, ...block);
  }),
  onLines((lines, random) => {
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    [lines[a], lines[b]] = [lines[b] ?? "", lines[a] ?? ""];
  }),
  // Indentation, of one line or of some.
  onLines((lines, random) => {
    const from = random.below(lines.length);
    const until = Math.min(lines.length, from + 1 + random.below(4));
    const add = random.of(["  ", " ", "\t", ""]);
    for (let at = from; at < until; at++)
      lines[at] = add === "" ? (lines[at] ?? "").replace(/^ {1,2}/, "") : add + lines[at];
  }),
  // Another value for a key, another key for a value.
  ...[1, 2, 3].map(() =>
    onLines((lines, random) => {
      const at = random.below(lines.length);
      lines[at] = (lines[at] ?? "").replace(/(:\s+|-\s+)\S.*$/, (_, before: string) => before + random.of(tokens));
    }),
  ),
  onLines((lines, random) => {
    const at = random.below(lines.length);
    lines[at] = (lines[at] ?? "").replace(/[\w.]+(?=:)/, (key) => keyLike(key, random));
  }),
  onLines((lines, random) => {
    const at = random.below(lines.length);
    lines[at] = (lines[at] ?? "").replace(/: (?=\S)/, random.onceIn(2) ? ": &a " : ": *a #");
  }),
  // Lines, or words, of another file or of another place in this one.
  onLines((lines, random, others) => {
    const from = random.of(others).text.split("\n");
    const start = random.below(from.length);
    lines.splice(random.below(lines.length), 0, ...from.slice(start, start + 1 + random.below(25)));
  }),
  (text, random, others) => {
    const words = random.of(others).text.match(/[^\s:,[\]{}]+/g) ?? ["x"];
    const own = [...text.matchAll(/[^\s:,[\]{}]+/g)];
    if (own.length === 0) return text;
    const { index, 0: word } = random.of(own);
    return text.slice(0, index) + random.of(words) + text.slice(index + word.length);
  },
  (text, random) => (random.onceIn(2) ? text.replaceAll("\n", "\r\n") : text.replaceAll("\n", "\r")),
  (text) => `\ufeff${text}`,
];

function insertAt(make: (random: Random) => string): Mutation {
  return (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + make(random) + text.slice(at);
  };
}

function keyLike(key: string, random: Random): string {
  const at = random.below(key.length);
  return random.of([
    key.slice(0, at) + key.slice(at + 1),
    `!${key}`,
    `${key}s`,
    key.toUpperCase(),
    `"${key}"`,
    "<<",
    `? ${key}`,
  ]);
}

/** Longest text of an input, in UTF-16 units: what is larger is known to be refused or slow in proportion. */
const longest = 200_000;

/** A design with some mutations, the same for one state of the random numbers. `others` are all files there are, to take parts from. */
export function mutate(design: FuzzInput, others: readonly InputFile[], random: Random): FuzzInput {
  const chosen = design.map((file) => ({ uri: file.uri, text: someDocuments(file.text, random) }));
  for (let count = 1 + random.below(6); count > 0; count--) {
    const at = random.below(chosen.length);
    const { uri, text } = chosen[at] ?? { uri: "a.yaml", text: "" };
    chosen[at] = { uri, text: random.of(mutations)(text, random, others).slice(0, longest).toWellFormed() };
  }
  return chosen;
}

/** Often only a few of many documents, so that more inputs fit into a second. */
function someDocuments(text: string, random: Random): string {
  const documents = text.split(/^(?=---)/m);
  if (documents.length < 4 || random.onceIn(4)) return text;
  const share = 1 + random.below(6);
  return documents.filter(() => random.onceIn(share)).join("");
}
