import type { SeenPlan, SeenServer, Verb, WantedServer, WorldQuestion } from "./calls.ts";
import { ensureServer } from "./ensure-server.ts";
import { isCommissioned, isListed, seenServer, stateWord } from "./machine.ts";
import { planServer } from "./plan-server.ts";
import { ensureAnnotations, ensureBootDevice, ensurePower, resetPower } from "./power.ts";
import { Refusal, rejected, unknownMachine } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import { tokenOf } from "./stage.ts";
import type { Works } from "./works.ts";

const PAGE = 500;
const NOBODY = { version: 0, writer: "", writerFrom: 0 };

/** Answers a question. Throws a Refusal. `fails` says whether a transition that begins ends in state FAILED. */
export function answerOf(
  works: Works,
  question: WorldQuestion,
  settings: Settings,
  fails: (verb: Verb) => boolean,
): unknown {
  const { stage, site, ports } = works;
  switch (question.do) {
    case "probe":
      return { machines: countListed(works) };
    case "observe":
      return question.names.length > 0
        ? question.names.map((name) => see(works, name))
        : page(
            [...works.machines.values()].filter(isListed).map(({ name }) => name),
            question,
          ).map((name) => see(works, name));
    case "plan":
      return question.servers.map((wanted) => plan(works, wanted, question.phase));
    case "ensure": {
      const { server: wanted, operation, allowDestroy, phase } = question;
      const machine = works.open(wanted.name);
      return ensureServer({ stage, machine, wanted, operation, allowDestroy, settings, fails }, phase);
    }
    case "power":
      return ensurePower(stage, works.open(question.name), question, settings);
    case "reset":
      return resetPower(stage, works.open(question.name), question, settings);
    case "boot":
      return ensureBootDevice(stage, works.open(question.name), question, settings);
    case "annotate":
      return ensureAnnotations(stage, works.open(question.name), question, settings);
    case "getPower":
      return { power: works.open(question.name).power };
    case "hardware": {
      const machine = works.find(question.name);
      if (machine === undefined || !isListed(machine)) throw unknownMachine(question.name);
      if (machine.hardware !== undefined && isCommissioned(machine)) return JSON.parse(machine.hardware);
      const message = `machine ${machine.name} is ${stateWord(machine)}, so its hardware is not known`;
      throw rejected(machine.name, message, "commission the node first");
    }
    case "observeSite":
      return site.observe();
    case "planSite":
      return site.plan(question.objects);
    case "ensureSite":
      return site.ensure(question.site, question.objects, question.operation, settings);
    case "observePorts":
      return ports.observe(question.names);
    case "planPorts":
      return ports.plan(question.ports);
    case "ensurePorts":
      return ports.ensure(question.ports, question.operation, settings);
  }
}

function see(works: Works, name: string): SeenServer {
  const machine = works.find(name);
  return seenServer(name, machine, tokenOf(works.stage, machine ?? NOBODY));
}

function plan(works: Works, wanted: WantedServer, phase: number): SeenPlan {
  const machine = works.find(wanted.name);
  const token = tokenOf(works.stage, machine ?? NOBODY);
  try {
    return { name: wanted.name, changes: planServer(machine, wanted, phase), token };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { name: wanted.name, changes: [], token, refusal: error.failure };
  }
}

function page(names: string[], { after = "", limit = PAGE }: { after?: string; limit?: number }): string[] {
  const sorted = names.sort();
  const from = after === "" ? 0 : sorted.findIndex((name) => name > after);
  return from < 0 ? [] : sorted.slice(from, from + limit);
}

function countListed({ machines }: Works): number {
  let count = 0;
  for (const machine of machines.values()) if (isListed(machine)) count += 1;
  return count;
}
