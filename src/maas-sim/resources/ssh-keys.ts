import { badRequest, invalidFields, noSuch } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, operation, type Resource, read, remove } from "../http/resource.ts";
import { normalKey, type SshKey } from "../names/ssh-key.ts";
import { USER } from "../sim.ts";
import { API } from "../views/network-view.ts";

function keyView({ id, key, keysource }: SshKey) {
  return { id, key, keysource, resource_uri: `${API}/account/prefs/sshkeys/${id}/` };
}

function find(call: Call): SshKey {
  const found = call.sim.state.sshKeys.get(Number(call.arg("id")));
  if (found === undefined) throw noSuch("SSHKey");
  return found;
}

function announce(call: Call, key: SshKey): void {
  const { sshKeys } = call.sim.state;
  call.writes("ssh-key", String(key.id), () => (sshKeys.has(key.id) ? keyView(key) : null));
}

function addKey(call: Call) {
  const { form, sim } = call;
  const user = form.text("user");
  if (user !== undefined && user !== USER.username) {
    throw invalidFields({ __all__: ["Supplied username does not match any current users."] });
  }
  const source = form.required("key");
  const key = source === undefined ? undefined : normalKey(source);
  if (source !== undefined && key === undefined) {
    form.fail("key", "Invalid SSH public key: Key could not be converted to RFC4716 form.");
  }
  const isKnown = [...sim.state.sshKeys.values()].some((other) => other.key === key && other.keysource === "");
  if (isKnown) form.fail("__all__", "This key has already been added for this user.");
  form.check();
  const made: SshKey = { id: sim.state.nextId("sshkey"), key: key ?? "", keysource: "" };
  announce(call, made);
  sim.state.sshKeys.set(made.id, made);
  return json(keyView(made), 201);
}

/** `account/prefs/sshkeys/` and `account/prefs/sshkeys/{id}/`. */
export const sshKeyResources: readonly Resource[] = [
  {
    handler: "SSHKeysHandler",
    path: "account/prefs/sshkeys/",
    actions: [
      read([], ({ sim }) => json([...sim.state.sshKeys.values()].map(keyView))),
      create(["key", "user"], addKey),
      operation("import", ["keysource"], () => {
        throw badRequest("The simulator reaches no keyserver.");
      }),
    ],
  },
  {
    handler: "SSHKeyHandler",
    path: "account/prefs/sshkeys/{id}/",
    actions: [
      read([], (call) => json(keyView(find(call)))),
      remove([], (call) => {
        const key = find(call);
        announce(call, key);
        call.sim.state.sshKeys.delete(key.id);
        return noContent();
      }),
    ],
  },
];
