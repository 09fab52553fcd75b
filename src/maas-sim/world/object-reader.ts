/** What is wrong with a world file, one line each, located by a path such as `machines[3].nics[0].mac`. */
export interface Problems {
  readonly lines: readonly string[];
  add(path: string, message: string): void;
}

/** The most problems kept of one file. */
const MAX_PROBLEMS = 50;

/** An empty list of problems. */
export function createProblems(): Problems {
  const lines: string[] = [];
  return {
    lines,
    add(path, message) {
      if (lines.length < MAX_PROBLEMS) lines.push(`${path}: ${message}`);
    },
  };
}

/** What a text value must look like. */
export interface TextRule {
  readonly pattern?: RegExp;
  /** Describes the wanted form, for the message. */
  readonly form?: string;
  /** Makes the key optional. */
  readonly fallback?: string;
}

/** Reads the members of one JSON object; every accessor notes its problems and answers a usable value. */
export interface ObjectReader {
  readonly path: string;
  text(key: string, rule?: TextRule): string;
  optionalText(key: string, rule?: Omit<TextRule, "fallback">): string | undefined;
  number(key: string, rule: { readonly min: number; readonly max: number; readonly fallback?: number }): number;
  boolean(key: string, fallback: boolean): boolean;
  choice<T extends string>(key: string, choices: readonly T[], fallback: T): T;
  textList(key: string, rule?: TextRule): string[];
  textMap(key: string): Record<string, string>;
  list<T>(key: string, read: (member: ObjectReader, index: number) => T): T[];
  object(key: string): ObjectReader;
  raw(key: string): unknown;
  /** Notes the keys nothing asked for. */
  end(): void;
}

/** A reader of `value`, which should be an object; when it is not, that is noted and every key is absent. */
export function readObject(value: unknown, path: string, problems: Problems): ObjectReader {
  const members = isObject(value) ? value : {};
  if (!isObject(value)) problems.add(path || "the file", "must be an object");
  const asked = new Set<string>();
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  const get = (key: string): unknown => {
    asked.add(key);
    return Object.hasOwn(members, key) ? members[key] : undefined;
  };
  const checkText = (found: unknown, where: string, rule: Omit<TextRule, "fallback">): string => {
    if (typeof found !== "string" || found === "") problems.add(where, `must be ${rule.form ?? "a text"}`);
    else if (found.length > 4096) problems.add(where, "is longer than 4096 characters");
    else if (rule.pattern && !rule.pattern.test(found)) problems.add(where, `must be ${rule.form}, found '${found}'`);
    else return found;
    return "";
  };
  const listOf = (key: string): unknown[] => {
    const found = get(key);
    if (found === undefined) return [];
    if (Array.isArray(found)) return found;
    problems.add(at(key), "must be a list");
    return [];
  };
  const reader: ObjectReader = {
    path,
    text(key, rule = {}) {
      const found = get(key);
      return found === undefined && rule.fallback !== undefined ? rule.fallback : checkText(found, at(key), rule);
    },
    optionalText(key, rule = {}) {
      const found = get(key);
      return found === undefined ? undefined : checkText(found, at(key), rule);
    },
    number(key, { min, max, fallback }) {
      const found = get(key);
      if (found === undefined && fallback !== undefined) return fallback;
      if (typeof found === "number" && found >= min && found <= max) return found;
      problems.add(at(key), `must be a number from ${min} to ${max}`);
      return min;
    },
    boolean(key, fallback) {
      const found = get(key);
      if (found === undefined) return fallback;
      if (typeof found !== "boolean") problems.add(at(key), "must be true or false");
      return found === true;
    },
    choice(key, choices, fallback) {
      const found = get(key);
      if (found === undefined) return fallback;
      const match = choices.find((choice) => choice === found);
      if (match === undefined) problems.add(at(key), `must be one of ${choices.join(", ")}`);
      return match ?? fallback;
    },
    textList: (key, rule = {}) => listOf(key).map((item, index) => checkText(item, `${at(key)}[${index}]`, rule)),
    textMap(key) {
      const found = get(key);
      if (found === undefined) return {};
      if (!isObject(found)) {
        problems.add(at(key), "must be an object of texts");
        return {};
      }
      return Object.fromEntries(
        Object.entries(found).map(([name, item]) => {
          if (typeof item !== "string") problems.add(`${at(key)}.${name}`, "must be a text");
          return [name, typeof item === "string" ? item : ""];
        }),
      );
    },
    list: (key, read) =>
      listOf(key).map((item, index) => {
        const member = readObject(item, `${at(key)}[${index}]`, problems);
        const result = read(member, index);
        member.end();
        return result;
      }),
    object: (key) => readObject(get(key) ?? {}, at(key), problems),
    raw: get,
    end() {
      for (const key of Object.keys(members)) {
        if (!asked.has(key)) problems.add(at(key), `is not known here; known keys are ${[...asked].join(", ")}`);
      }
    },
  };
  return reader;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
