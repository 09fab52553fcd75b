import { createHash } from "node:crypto";
import type { SeenChange, SeenResult, SiteObject, WorldOperation } from "./calls.ts";
import { differences, type Fields, sameFields } from "./fields.ts";
import type { Versioned } from "./machine.ts";
import type { Settings } from "./settings.ts";
import { note, requireLease, requireToken, type Stage, sign, tokenOf } from "./stage.ts";

interface Kept extends Versioned {
  readonly type: string;
  readonly name: string;
  /** Undefined once it was taken away. */
  fields: Fields | undefined;
}

/** An object of the site as it is seen. */
export interface SeenObject {
  readonly type: string;
  readonly name: string;
  readonly summary: string;
  readonly digest: string;
}

/** The networks, tags, keys and images of a world. What a design doesn't name is left alone. */
export interface Site {
  observe(): SeenObject[];
  plan(objects: readonly SiteObject[]): { changes: SeenChange[]; objects: SeenObject[]; token: string };
  ensure(site: string, objects: readonly SiteObject[], operation: WorldOperation, settings: Settings): SeenResult;
  /** Changes an object by hand; undefined takes it away. */
  change(type: string, name: string, fields: Fields | undefined): void;
}

/** An empty site. */
export function createSite(stage: Stage): Site {
  const kept = new Map<string, Kept>();
  // The version of the whole: each object keeps the version at which it was touched last.
  const whole: Versioned = { version: 0, writer: "", writerFrom: 0 };
  let transition: { readonly operationId: string; readonly until: number; readonly finish: () => void } | undefined;

  const settle = (): void => {
    if (transition === undefined || stage.clock.now() < transition.until) return;
    const { finish } = transition;
    transition = undefined;
    finish();
  };
  const keyOf = ({ type, name }: { type: string; name: string }): string => `${type} ${name}`;
  const isThere = (object: SiteObject): boolean => {
    const found = kept.get(keyOf(object))?.fields;
    return found !== undefined && sameFields(found, object.fields);
  };
  const put = (object: { type: string; name: string }, fields: Fields | undefined, writer: string): void => {
    sign(whole, writer);
    const key = keyOf(object);
    const old = kept.get(key) ?? { ...object, version: 0, writer: "", writerFrom: 0, fields: undefined };
    if (old.writer !== writer) {
      old.writer = writer;
      old.writerFrom = old.version;
    }
    old.version = whole.version;
    old.fields = fields;
    kept.set(key, old);
  };

  return {
    observe() {
      settle();
      return [...kept.values()]
        .filter(({ fields }) => fields !== undefined)
        .map(seen)
        .sort(byName);
    },
    plan(objects) {
      settle();
      const changes: SeenChange[] = [];
      const rests: SeenObject[] = [];
      for (const object of objects) {
        const found = kept.get(keyOf(object));
        if (found?.fields !== undefined) rests.push(seen(found));
        changes.push(...changesOf(object, found?.fields));
      }
      return { changes, objects: rests.sort(byName), token: tokenOf(stage, whole) };
    },
    ensure(site, objects, operation, settings) {
      settle();
      const token = (): string => tokenOf(stage, whole);
      if (transition !== undefined) {
        const retryMs = Math.max(1, Math.ceil(transition.until - stage.clock.now()));
        return {
          done: false,
          changed: true,
          message: "networks and tags are being configured",
          retryMs,
          percent: 50,
          token: token(),
        };
      }
      const missing = objects.filter((object) => !isThere(object));
      const changed = whole.writer === operation.id;
      if (missing.length === 0) {
        return {
          done: true,
          changed,
          message: `${objects.length} objects are as specified`,
          retryMs: 0,
          percent: 100,
          token: token(),
        };
      }
      const write = { node: `site:${site}`, verb: "site", operation } as const;
      // Only another hand at one of the objects that are to be written is in the way.
      const known = Number(operation.precondition.split(".")[2]);
      for (const object of missing) {
        const found = kept.get(keyOf(object));
        const isNews = found !== undefined && found.version > known;
        if (isNews) requireToken(stage, { ...write, node: keyOf(object) }, found);
      }
      if (missing.length > 0 && operation.precondition !== "" && operation.precondition.split(".")[1] !== stage.life) {
        requireToken(stage, write, whole);
      }
      requireLease(stage, write);
      note(stage, write, false);
      sign(whole, operation.id);
      const finish = (): void => {
        for (const { type, name, fields } of missing) put({ type, name }, fields, operation.id);
        note(stage, write, true);
      };
      const ms = settings.ms("site");
      if (ms <= 0) {
        finish();
        return {
          done: true,
          changed: true,
          message: `${missing.length} objects were configured`,
          retryMs: 0,
          percent: 100,
          token: token(),
        };
      }
      transition = { operationId: operation.id, until: stage.clock.now() + ms, finish };
      return {
        done: false,
        changed: true,
        message: "networks and tags are being configured",
        retryMs: Math.ceil(ms),
        percent: 1,
        token: token(),
      };
    },
    change(type, name, fields) {
      put({ type, name }, fields, `hand ${whole.version}`);
    },
  };
}

function changesOf(object: SiteObject, now: Fields | undefined): SeenChange[] {
  const { type, name, fields } = object;
  const title = `${type} ${name}`.slice(0, 512);
  if (now === undefined) {
    return [{ object: title, action: "create", before: "", after: summaryOf(fields), field: "", destructive: false }];
  }
  return differences(now, fields).map(({ field, before, after }) => ({
    ...{ object: title, action: "update", before, after, field, destructive: false },
  }));
}

function seen({ type, name, fields = {} }: Kept): SeenObject {
  const text = JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { type, name, summary: summaryOf(fields), digest: createHash("sha256").update(text).digest("hex") };
}

function summaryOf(fields: Fields): string {
  const parts = Object.entries(fields).map(([field, value]) => `${field} ${value}`);
  return parts.join(", ").slice(0, 2048);
}

function byName(a: SeenObject, b: SeenObject): number {
  return a.type < b.type || (a.type === b.type && a.name < b.name) ? -1 : 1;
}
