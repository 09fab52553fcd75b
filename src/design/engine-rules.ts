import type { RuleText } from "./rule-text.ts";

/** The engine's own rules: what is wrong with the documents of a design when they are composed and resolved, before the rules of validation see the items. */
export const ENGINE_RULES = {
  "custom-kind-schema": {
    severity: "error",
    summary: "The declaration of a custom kind can be used",
    why: "A custom kind is declared by a JSON Schema of draft 2020-12 and by paths of its fields: merge keys, references, formation data, secrets. Of what nothing can meet, what leads nowhere or could take without end, nothing is taken: the kind doesn't exist until it is corrected, and nothing is said of its items. What has no effect, such as a mistyped keyword, is a warning.",
  },
  "custom-kind-violation": {
    severity: "error",
    summary: "An item of a custom kind meets the whole schema of its kind",
    why: "The engine knows types, bounds and names of fields; the rest of a schema, such as required fields, alternatives and conditions, is checked on the effective item, with what it inherits and its defaults. An item that others inherit from may be incomplete.",
  },
  "duplicate-document": {
    severity: "error",
    summary: "An item is declared once in a layer",
    why: "Two documents of one kind and name in one layer have no order, so neither could win. The first is used. Remove one of them, bring them together, or put them into layers of different rank.",
  },
  "duplicate-member": {
    severity: "error",
    summary: "A member of a list is there once",
    why: "Lists of records are known by their primary key: an interface by its name, an address by its network. A second member of one key would hide the first or be hidden by it; the first is used. In a list of texts a repetition is a warning.",
  },
  "duplicate-site": {
    severity: "error",
    summary: "A design has one Site",
    why: "A design describes one site. With two, nothing says whose domain and drivers hold. Remove one, or give its documents to a design of its own.",
  },
  "formation-in-design": {
    severity: "warning",
    summary: "Explicit assignments stand in a layer for formation data",
    why: "Addresses, VLAN ids and MAC addresses tie a design to a place. In a layer of role `design` they keep it from being used anywhere else. Move them to a layer of role `formation`.",
  },
  "inheritance-cycle": {
    severity: "error",
    summary: "No item inherits from itself, by whatever way",
    why: "In a circle nothing comes first, so none of its items can be made. Each is taken without a parent, and the whole circle is told once. Break it where it closes.",
  },
  "inheritance-depth": {
    severity: "error",
    summary: "A chain of inheritance has at most 100 steps",
    why: "Chains are bounded so that no design can exhaust a server, and nobody can follow one of a hundred steps. Inherit from an item nearer the root.",
  },
  "invalid-name": {
    severity: "error",
    summary: "A name has letters, digits, '.', '_' and '-', a letter or digit at both ends",
    why: "Names are parts of paths, addresses and host names, and other documents refer to them, so they have one alphabet and at most 253 characters. Rename the item, and what refers to it.",
  },
  "invalid-value": {
    severity: "error",
    summary: "A value is within the bounds of its field",
    why: "Fields state their bounds: a VLAN id is 1 to 4094, a bonding mode one of four words. A value outside would be refused by a switch or a machine much later; it is left out here. The message says what was expected.",
  },
  "layer-conflict": {
    severity: "error",
    summary: "Layers of equal rank agree",
    why: "Of two layers of one rank neither wins, so a value both set differently has no answer. Both places are named. Give the layers an order, or take the value out of one.",
  },
  "layer-set-otherwise": {
    severity: "warning",
    summary: "A document that declares a layer says what holds",
    why: "A design's own setting of a layer (by `PutLayer`) comes before what documents say of it: an administrator decides who may set what. The document then has no effect. Change the setting, or write into the document what it says.",
  },
  "missing-key": {
    severity: "error",
    summary: "A member of a list of records has its primary key",
    why: "Without its key (an interface's name, an address's network) a member can't be merged with an inherited one, nor be referred to. Add it.",
  },
  "missing-site": {
    severity: "warning",
    summary: "A design has a Site",
    why: "The Site names the domain, the drivers and the keys of a site. A directory that is a part of a design may lack it, hence the warning; a whole design without one is an error.",
  },
  "not-owner": {
    severity: "error",
    summary: "A layer sets what it owns",
    why: "A layer may be bound to kinds and fields, so that an address plan can't change a profile by accident. What lies outside is refused. Take it out, or extend what the layer owns.",
  },
  "removal-with-fields": {
    severity: "warning",
    summary: "A removal of a member says nothing else",
    why: "`!name` takes an inherited member away. Fields beside it describe something that is then not there. Remove the fields, or the `!`.",
  },
  "removal-without-match": {
    severity: "warning",
    summary: "A removal finds what it removes",
    why: "A removal of something that isn't inherited does nothing: the name has a slip, or the profile changed since. Correct or drop it.",
  },
  "undeclared-layer": {
    severity: "warning",
    summary: "A document stands in a layer that is known",
    why: "A slip in the name of a layer makes a layer of its own, above all others, and nothing else tells it. Correct the name, or declare the layer by a document of kind Layer.",
  },
  "unknown-field": {
    severity: "error",
    summary: "A field is one its kind has",
    why: "A field nobody knows is most often a slip in the name, and what it says would be lost. The hint names the nearest field there is, or all of them.",
  },
  "unknown-kind": {
    severity: "error",
    summary: "The kind of a document is known",
    why: "A document of an unknown kind can't be used, and what refers to it would hang in the air. Correct the kind, or declare a custom kind of that name.",
  },
  "unknown-reference": {
    severity: "error",
    summary: "What an item names exists",
    why: "A name that leads nowhere means that something else is missing: a profile isn't inherited, a network isn't configured. The hint names the nearest one there is. It is a warning where the name may lead out of the documents given: when nothing of that kind is among them, and for an out-of-band network.",
  },
  "wrong-type": {
    severity: "error",
    summary: "A value is of the sort its field takes",
    why: "A list where a text belongs (or a word where a number belongs) has no meaning there; it is left out. The message says what was found and what was expected.",
  },
  "yaml-1-1": {
    severity: "info",
    summary: "Truth values are written true and false",
    why: "YAML 1.1 takes `yes`, `on`, `y` and their opposites for truth values, YAML 1.2 takes them for texts. Here they are read by the type of their field, so both are right; other readers of the same file may differ. Write `true` or `false`.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;

/** Id of a rule of the engine. */
export type EngineRule = keyof typeof ENGINE_RULES;
