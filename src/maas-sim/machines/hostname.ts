import type { Form } from "../http/form.ts";
import type { Machine } from "../machine.ts";
import { type Domain, findDomain } from "../names/domain.ts";
import type { SimState } from "../state.ts";

const ADJECTIVES = ["able", "brave", "calm", "eager", "fair", "glad", "kind", "neat", "quick", "wise"];
const ANIMALS = ["badger", "cat", "dog", "eagle", "fox", "goat", "hare", "lynx", "mule", "owl"];

/** Reads a host name; notes one that is malformed or taken. A domain after its first dot must be one that is there. */
export function hostnameField(state: SimState, form: Form, self: Machine | undefined): string | undefined {
  const source = form.text("hostname");
  if (!source) return undefined;
  const dot = source.indexOf(".");
  const name = dot > 0 && findDomain(state, source.slice(dot + 1)) !== undefined ? source.slice(0, dot) : source;
  if (name.length > 63 || !/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) {
    form.fail("hostname", `Invalid hostname: Label contains disallowed characters: '${name}'.`);
  }
  const taken =
    [...state.machines.values()].some((machine) => machine.hostname === name && machine !== self) ||
    [...state.otherNodes.values()].some((other) => other.hostname === name);
  if (taken) form.fail("hostname", "Node with this Hostname already exists.");
  return name;
}

/** The domain a request puts a machine in, by name or id, or after the host name's first dot; notes one that is not there. */
export function domainField(state: SimState, form: Form): Domain | undefined {
  const wanted = form.text("domain");
  if (wanted) {
    const domain = findDomain(state, wanted);
    if (domain === undefined) form.fail("domain", `Unable to find domain ${wanted}.`);
    return domain;
  }
  const hostname = form.text("hostname") ?? "";
  const dot = hostname.indexOf(".");
  return dot > 0 ? findDomain(state, hostname.slice(dot + 1)) : undefined;
}

/** A made-up name that no machine has. */
export function generateHostname(state: SimState): string {
  const taken = new Set([...state.machines.values()].map((machine) => machine.hostname));
  for (let count = 0; ; count += 1) {
    const adjective = ADJECTIVES[count % ADJECTIVES.length];
    const animal = ANIMALS[Math.floor(count / ADJECTIVES.length) % ANIMALS.length];
    const round = Math.floor(count / (ADJECTIVES.length * ANIMALS.length));
    const name = round === 0 ? `${adjective}-${animal}` : `${adjective}-${animal}-${round}`;
    if (!taken.has(name)) return name;
  }
}
